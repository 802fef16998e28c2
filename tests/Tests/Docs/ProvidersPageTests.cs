using MegatronBridge.Config;
using MegatronBridge.Ranks;
using MegatronBridge.Tests.Storage.Files;

namespace MegatronBridge.Tests.Docs;

public sealed class ProvidersPageTests
{
    private const string Begin = "        // docs/providers.md\n";
    private const string End = "        // end\n";

    [Fact]
    public void The_example_runs()
    {
        using TemporaryFolder temporary = new();
        string folder = temporary.Path;

        // docs/providers.md
        GptModelProvider provider = new()
        {
            NumLayers = 4,
            HiddenSize = 128,
            NumAttentionHeads = 8,
            NumQueryGroups = 2,
            VocabSize = 1000,
            Normalization = "RMSNorm",
            GatedLinearUnit = true,
            AddBiasLinear = false,
            PositionEmbeddingType = "rope",
            ShareEmbeddingsAndOutputWeights = false,
            TensorModelParallelSize = 2,
            PipelineModelParallelSize = 2,
        };
        provider.RegisterPreWrapHook(models =>
        {
            Console.WriteLine($"{models.Count} part of {models[0].ParameterCount} parameters");
            return models;
        });

        // Four ranks, each a thread with a provider of its own.
        RankWorld.Run(
            4,
            world =>
            {
                ModelProvider own = provider.Clone();
                own.InitializeModelParallel(world, seed: 1234);
                IReadOnlyList<MegatronModel> models = own.ProvideDistributedModel(
                    new()
                    {
                        Bf16 = true,
                        UseCpuInitialization = true, // the same model in every layout
                        DdpConfig = new() { UseDistributedOptimizer = true },
                    }
                );
                models[0].Dispose();
            }
        );

        provider.SaveHfPretrained(folder);
        ModelProvider again = ModelProvider.FromHfPretrained(folder);
        // end

        Assert.Equal(provider.Fields, again.Fields);
    }

    [Fact]
    public void The_example_is_the_one_on_the_page()
    {
        string here = Repository.Read("tests/Tests/Docs/ProvidersPageTests.cs");
        int begin = here.LastIndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        string example = here[begin..here.LastIndexOf(End, StringComparison.Ordinal)];
        string dedented = string.Concat(
            example.Split('\n').Select(line => (line.Length > 8 ? line[8..] : line) + "\n")
        );
        Assert.Contains($"```csharp\n{dedented.TrimEnd('\n')}\n```", Repository.Read("docs/providers.md"));
    }
}
