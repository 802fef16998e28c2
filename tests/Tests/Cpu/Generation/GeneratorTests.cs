using MegatronBridge.Conversion;
using MegatronBridge.Cpu;
using MegatronBridge.Cpu.Generation;
using MegatronBridge.Layout;
using MegatronBridge.Ranks;

namespace MegatronBridge.Tests.Cpu.Generation;

/// <summary>The sample model continues prompts as transformers does, from every format and on several ranks.</summary>
public sealed class GeneratorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("megatron-bridge-").FullName;

    public static TheoryData<int> Prompts => [.. Enumerable.Range(0, SampleModel.Greedy.Count)];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Prompts))]
    public void It_continues_as_transformers_does(int prompt)
    {
        GenerationStatistics statistics = new();
        (int[] given, int[] expected) = SampleModel.Greedy[prompt];
        using ModelFolder folder = ModelFolder.Open(SampleModel.Folder);
        using CpuModel model = folder.Load();
        Assert.Equal(expected, new Generator(model).Generate(given, Options(expected), statistics));
        Assert.Equal(given.Length, statistics.PromptTokens);
        Assert.Equal(expected.Length, statistics.NewTokens);
        Assert.True(statistics.DecodeTokensPerSecond > 0);
    }

    [Theory]
    [InlineData(CheckpointFormat.TorchDist)]
    [InlineData(CheckpointFormat.Torch)]
    public async Task From_a_Megatron_checkpoint_it_does_the_same(CheckpointFormat format)
    {
        ImportOptions options = new()
        {
            HfModel = SampleModel.Folder,
            MegatronPath = Path.Combine(_folder, "checkpoint"),
            Sizes = new() { Tp = 2, Pp = 3 },
            Format = format,
        };
        using (Importer importer = Importer.Open(options))
        {
            await importer.RunAsync(cancellation: TestContext.Current.CancellationToken);
        }

        (int[] given, int[] expected) = SampleModel.Greedy[0];
        using ModelFolder folder = ModelFolder.Open(options.MegatronPath);
        using CpuModel model = folder.Load();
        Assert.Equal(expected, new Generator(model).Generate(given, Options(expected)));
    }

    [Theory]
    [InlineData(2, 1, 1)]
    [InlineData(1, 3, 1)]
    [InlineData(2, 2, 1)]
    [InlineData(1, 2, 3)]
    public void On_several_ranks_all_generate_the_same(int tp, int pp, int vp)
    {
        ParallelSizes sizes = new()
        {
            Tp = tp,
            Pp = pp,
            Vp = vp,
        };
        (int[] given, int[] expected) = SampleModel.Greedy[0];
        using ModelFolder folder = ModelFolder.Open(SampleModel.Folder, sizes);
        IReadOnlyList<int[]> generated = RankWorld.Run(
            sizes.WorldSize,
            rank =>
            {
                using CpuModel model = folder.Load(new(rank, sizes));
                return new Generator(model).Generate(given, Options(expected)).ToArray();
            }
        );
        Assert.All(generated, own => Assert.Equal(expected, own));
    }

    [Fact]
    public void A_stop_token_is_the_last()
    {
        (int[] given, int[] expected) = SampleModel.Greedy[0];
        int stop = expected[5];
        using ModelFolder folder = ModelFolder.Open(SampleModel.Folder);
        using CpuModel model = folder.Load();
        GenerationOptions options = Options(expected) with { StopTokens = new HashSet<int> { stop } };
        Assert.Equal(expected.Take(Array.IndexOf(expected, stop) + 1), new Generator(model).Generate(given, options));
    }

    [Fact]
    public void A_prompt_needs_tokens_of_the_vocabulary()
    {
        using ModelFolder folder = ModelFolder.Open(SampleModel.Folder);
        using CpuModel model = folder.Load();
        Generator generator = new(model);
        Assert.Throws<ArgumentException>(() => generator.Generate([], new()).Count());
        ArgumentException e = Assert.Throws<ArgumentException>(() => generator.Generate([5, 2048], new()).Count());
        Assert.Contains(
            "Token 2048 is not of the vocabulary, which has 0 to 2047.",
            e.Message,
            StringComparison.Ordinal
        );
    }

    private static GenerationOptions Options(int[] expected) => new() { MaxNewTokens = expected.Length };
}
