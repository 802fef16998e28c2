using System.Text.Json;
using System.Text.RegularExpressions;
using MegatronBridge.Cli.Errors;
using MegatronBridge.Cli.Output;
using MegatronBridge.Config;
using MegatronBridge.Cpu.Chat;
using MegatronBridge.Hub;
using MegatronBridge.Layout;
using MegatronBridge.Storage;

namespace MegatronBridge.Tests.Docs;

public sealed partial class ErrorsPageTests
{
    private static readonly string Page = Repository.Read("docs/errors.md");

    // Its table of names is not about messages.
    private static readonly string Guide = Repository.Read("docs/guide.md").Split("## Names")[0];

    [Fact]
    public void Every_message_is_one_that_the_code_has()
    {
        string source = JoinedTexts()
            .Replace(
                string.Concat(
                    Directory
                        .EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
                        .Select(File.ReadAllText)
                ),
                ""
            );
        string[] messages = [.. Messages().Matches(Page + Guide).Select(row => row.Groups[1].Value)];
        Assert.True(messages.Length > 40, $"Only {messages.Length} messages were found.");
        foreach (string message in messages)
        {
            foreach (string part in message.Split("..."))
            {
                Assert.True(source.Contains(part.Trim(), StringComparison.Ordinal), $"No message says: {part.Trim()}");
            }
        }
    }

    [Fact]
    public void Every_kind_of_fault_is_explained()
    {
        foreach (
            Exception exception in (Exception[])
                [
                    new UsageException("verb", ["fault"]),
                    new BadFileException("path", "fault"),
                    new MappingException("summary", ["fault"]),
                    new LayoutException("fault"),
                    new InvalidConfigException("fault"),
                    new ChatTemplateException("fault"),
                    new IOException("fault"),
                    new HubException(HubFault.NotFound, "fault"),
                    new UnsupportedModelException("fault"),
                    new InvalidOperationException("fault"),
                    new OperationCanceledException("fault"),
                ]
        )
        {
            using MemoryStream json = new();
            Fault fault = Fault.Of(exception, new(canceled: true));
            fault.Print(new Terminal { Out = json, Error = TextWriter.Null }, asJson: true);
            string kind = JsonElement.Parse(json.ToArray()).GetProperty("error").GetProperty("kind").GetString()!;
            Assert.Contains($"| `{kind}` | {(int)fault.ExitCode} |", Page, StringComparison.Ordinal);
        }
    }

    /// <summary>Rows of the tables of messages; the kinds of fault have no spaces in their names.</summary>
    [GeneratedRegex("^[|] `([^`]* [^`]*)` [|]", RegexOptions.Multiline)]
    private static partial Regex Messages();

    /// <summary>Where the source joins two texts to one.</summary>
    [GeneratedRegex("\"\\s*\\+\\s*[$]?\"")]
    private static partial Regex JoinedTexts();
}
