using MegatronBridge.Cpu;
using MegatronBridge.Cpu.Generation;
using MegatronBridge.Cpu.Tokenizers;
using MegatronBridge.Layout;
using MegatronBridge.Ranks;

namespace MegatronBridge.Tests.Docs;

public sealed class RunPageTests
{
    private const string Begin = "        // docs/run.md\n";
    private const string End = "        // end\n";

    [Fact]
    public void The_example_runs()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "samples", "tiny-llama");

        // docs/run.md
        using ModelFolder folder = ModelFolder.Open(path);
        using CpuModel model = folder.Load();
        ModelTokenizer tokenizer = ModelTokenizer.Open(path);
        int[] prompt = tokenizer.EncodePrompt("Call me Ishmael.");

        Logits logits = model.Forward(prompt); // [tokens, vocabulary]
        Console.WriteLine($"{logits.Tokens} x {logits.Vocabulary}, the first is {logits[0][0]}");

        TextGenerator generator = new(new Generator(model), tokenizer.Tokenizer);
        foreach (
            string text in generator.Generate(
                prompt,
                new()
                {
                    MaxNewTokens = 20,
                    Temperature = 0.7,
                    TopP = 0.9,
                }
            )
        )
        {
            Console.Write(text);
        }

        ParallelSizes sizes = new() { Tp = 2 };
        using ModelFolder spread = ModelFolder.Open(path, sizes);
        IReadOnlyList<int[]> same = RankWorld.Run(
            sizes.WorldSize,
            rank =>
            {
                using CpuModel own = spread.Load(new ParallelState(rank, sizes));
                return new Generator(own).Generate(prompt, new() { MaxNewTokens = 5 }).ToArray();
            }
        );
        // end

        Assert.Equal(same[0], same[1]);
        Assert.Equal(prompt.Length, logits.Tokens);
    }

    [Fact]
    public void The_example_is_the_one_on_the_page()
    {
        string here = Repository.Read("tests/Tests/Docs/RunPageTests.cs");
        int begin = here.LastIndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        string example = here[begin..here.LastIndexOf(End, StringComparison.Ordinal)];
        string dedented = string.Concat(
            example.Split('\n').Select(line => (line.Length > 8 ? line[8..] : line) + "\n")
        );
        Assert.Contains($"```csharp\n{dedented.TrimEnd('\n')}\n```", Repository.Read("docs/run.md"));
    }
}
