using System.Text.Json.Nodes;
using MegatronBridge.Tests.Docs;
using MegatronBridge.Tests.Docs.Examples;

namespace MegatronBridge.Conformance;

/// <summary>The scripts in <c>examples/models</c>, run as they stand with the command.</summary>
public sealed class ExampleTests
{
    // Two at a time, whatever the number of tests that run beside these.
    private static readonly SemaphoreSlim Turn = new(2);
    private static readonly Lazy<Dictionary<string, Task<Outcome>>> Runs = new(() =>
        ExampleModel.All.ToDictionary(model => model.Folder, model => Task.Run(() => RunAsync(model)))
    );

    public static TheoryData<string> Folders => [.. ExampleModel.All.Select(model => model.Folder)];

    [Theory]
    [MemberData(nameof(Folders))]
    public async Task Scripts_run_as_they_stand_and_the_model_comes_back_bit_for_bit(string folder)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "bash");
        ExampleModel model = ExampleModel.All.Single(model => model.Folder == folder);
        Outcome outcome = await Runs.Value[folder];

        Assert.True(outcome.Conversion.ExitCode == 0, outcome.Conversion.Error + outcome.Conversion.Out);
        Assert.Equal(outcome.Weights, outcome.Exported);
        Assert.True(
            JsonNode.DeepEquals(outcome.Config, outcome.ExportedConfig),
            $"{outcome.Config}\n{outcome.ExportedConfig}"
        );
        Assert.Equal(model.Sizes.WorldSize, outcome.Ranks);
        Assert.Contains(model.Architecture, outcome.Conversion.Out, StringComparison.Ordinal);

        Assert.True(outcome.Inference.ExitCode == 0, outcome.Inference.Error + outcome.Inference.Out);
        string[] lines = outcome.Inference.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(8, lines[0].Split(',').Length);
        Assert.Equal(lines[0], lines[1]);
        Assert.Equal("The two hold the same model.", lines[^1]);
    }

    private static async Task<Outcome> RunAsync(ExampleModel model)
    {
        await Turn.WaitAsync();
        try
        {
            using TemporaryFolder folder = new();
            Bash conversion = Run(model, "conversion.sh", folder);
            Bash inference = Run(model, "inference.sh", folder);
            string work = Path.Combine(folder.Path, "work", model.Name);
            return new(conversion, inference)
            {
                Weights = Bytes(Path.Combine(work, "hf", "model.safetensors")),
                Exported = Bytes(Path.Combine(work, "exported", "model.safetensors")),
                Config = JsonNode.Parse(Bytes(Path.Combine(work, "hf", "config.json"))),
                ExportedConfig = JsonNode.Parse(Bytes(Path.Combine(work, "exported", "config.json"))),
                Ranks = Directory
                    .EnumerateFiles(work, "*.distcp", SearchOption.AllDirectories)
                    .Select(path => Path.GetFileName(path).Split('_')[2])
                    .Distinct()
                    .Count(),
            };
        }
        finally
        {
            Turn.Release();
        }
    }

    private static byte[] Bytes(string path) => File.Exists(path) ? File.ReadAllBytes(path) : "null"u8.ToArray();

    private static Bash Run(ExampleModel model, string script, TemporaryFolder folder) =>
        Bash.Run(
            Path.Combine(Repository.Root, "examples", "models", model.Folder, script),
            folder.Path,
            AppContext.BaseDirectory,
            []
        );

    private sealed record Outcome(Bash Conversion, Bash Inference)
    {
        public required byte[] Weights { get; init; }

        public required byte[] Exported { get; init; }

        public required JsonNode? Config { get; init; }

        public required JsonNode? ExportedConfig { get; init; }

        public required int Ranks { get; init; }
    }
}
