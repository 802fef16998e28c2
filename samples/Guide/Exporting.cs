using MegatronBridge.Config;
using MegatronBridge.Ranks;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Guide;

/// <summary>From models in memory to Hugging Face, to Megatron checkpoints, and to code of one's own.</summary>
public static class Exporting
{
    public static void Save(string model, string work)
    {
        #region save
        using AutoBridge bridge = AutoBridge.FromHfPretrained(model);
        RankWorld.Run(
            2,
            rank =>
            {
                ModelProvider provider = bridge.ToMegatronProvider();
                provider.TensorModelParallelSize = 2;
                provider.InitializeModelParallel(rank);
                IReadOnlyList<MegatronModel> models = provider.ProvideDistributedModel(new() { WrapWithDdp = false });

                // ... train ...

                bridge.SaveHfPretrained(models, Path.Combine(work, "finetuned")); // weights, config, tokenizer
                bridge.SaveHfWeights(models, Path.Combine(work, "weights"), new() { WeightDType = DType.F32 });
                bridge.SaveMegatronModel(models, Path.Combine(work, "checkpoint"), new() { HfTokenizerPath = model });
            }
        );
        #endregion
    }

    public static void Load(string model, string work)
    {
        #region load-megatron
        using AutoBridge bridge = AutoBridge.FromHfPretrained(model);
        RankWorld.Run(
            2,
            rank =>
            {
                // The newest iteration, in another layout than the one it was saved in.
                IReadOnlyList<MegatronModel> models = bridge.LoadMegatronModel(
                    Path.Combine(work, "checkpoint"),
                    new() { PipelineModelParallelSize = 2 },
                    rank
                );
                bridge.SaveHfPretrained(models, Path.Combine(work, "loaded"));
            }
        );
        #endregion
    }

    public static void Stream(AutoBridge bridge, IReadOnlyList<MegatronModel> models)
    {
        #region stream
        foreach ((string name, TensorView weight) in bridge.ExportHfWeights(models))
        {
            Console.WriteLine($"{name} {weight.Shape}");
            byte[] first = new byte[(int)Math.Min(weight.ByteCount, 1 << 20)];
            weight.Read(0, first); // now: the next weight takes the place of this one
        }
        #endregion
    }

    public static void Modes(AutoBridge bridge, IReadOnlyList<MegatronModel> models)
    {
        #region modes
        // All ranks get whole tensors.
        foreach (HfWeight weight in bridge.ExportHfWeights(models, new() { Mode = ExportMode.Replicate }))
        {
            Console.WriteLine(weight);
        }

        // Rank 0 gets whole tensors; the others must take part and get none.
        foreach (HfWeight weight in bridge.ExportHfWeights(models, new() { Mode = ExportMode.Consolidate }))
        {
            Console.WriteLine(weight);
        }

        // Each rank gets its part of the tensors that it has a part of.
        foreach (HfWeight weight in bridge.ExportHfWeights(models, new() { Mode = ExportMode.Distribute }))
        {
            Console.WriteLine($"{weight} is {string.Join(", ", weight.Pieces)} of {weight.WholeShape}");
        }
        #endregion
    }

    public static void Order(AutoBridge bridge, IReadOnlyList<MegatronModel> models, CancellationToken cancellation)
    {
        #region order
        HfExportOptions options = new()
        {
            Order = ExportOrder.Safetensors, // file by file of the original model
            WeightDType = DType.F32,
        };
        foreach (HfWeight weight in bridge.ExportHfWeights(models, options, cancellation))
        {
            Console.WriteLine(weight);
        }
        #endregion
    }
}
