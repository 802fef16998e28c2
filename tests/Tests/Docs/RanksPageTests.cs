using System.Runtime.InteropServices;
using MegatronBridge.Config;
using MegatronBridge.Ranks;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Docs;

public sealed class RanksPageTests
{
    private const string Begin = "        // docs/ranks.md\n";
    private const string End = "        // end\n";

    [Fact]
    public void The_example_runs()
    {
        List<float> found = [];

        // docs/ranks.md
        RankWorld.Run(
            4,
            world =>
            {
                GptModelProvider provider = new()
                {
                    NumLayers = 2,
                    HiddenSize = 64,
                    NumAttentionHeads = 4,
                    VocabSize = 100,
                    TensorModelParallelSize = 2, // and so two data-parallel ranks
                };
                provider.InitializeModelParallel(world, seed: 1234);
                GetModelOptions options = new()
                {
                    Bf16 = true,
                    DdpConfig = new() { GradReduceInFp32 = true },
                };
                using MegatronModel model = provider.ProvideDistributedModel(options)[0];
                DataParallelModel training = model.DataParallel!;

                training.ZeroGradients();
                using (training.NoSync())
                {
                    Backward(1); // only added up
                }

                Backward(2 * world.Rank);
                training.FinishGradientSync();

                // Ranks 0 and 2 are copies of each other, and so are 1 and 3: each has the mean of both.
                Gradient gradient = training.GradientOf(model.Find("decoder.final_layernorm.weight")!);
                float mean = MemoryMarshal.Read<float>(gradient.Bytes(0, sizeof(float)));
                lock (found)
                {
                    found.Add(mean);
                }

                // Stands for what your code computes.
                void Backward(float value)
                {
                    foreach (ModelTensor parameter in training.Parameters.Reverse())
                    {
                        float[] numbers = new float[parameter.Shape.ElementCount];
                        Array.Fill(numbers, value);
                        byte[] bytes = MemoryMarshal.AsBytes<float>(numbers).ToArray();
                        training.AddGradient(parameter, new MemoryView(DType.F32, parameter.Shape, bytes));
                    }
                }
            }
        );
        // end

        Assert.Equal([3, 3, 5, 5], found.Order());
    }

    [Fact]
    public void The_example_is_the_one_on_the_page()
    {
        string here = Repository.Read("tests/Tests/Docs/RanksPageTests.cs");
        int begin = here.LastIndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        string example = here[begin..here.LastIndexOf(End, StringComparison.Ordinal)];
        string dedented = string.Concat(
            example.Split('\n').Select(line => (line.Length > 8 ? line[8..] : line) + "\n")
        );
        Assert.Contains($"```csharp\n{dedented.TrimEnd('\n')}\n```", Repository.Read("docs/ranks.md"));
    }
}
