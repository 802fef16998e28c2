using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Layout;
using MegatronBridge.Resharding;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tools;

/// <summary>Plans the cast of a Megatron checkpoint: as a conversion into its own layout and format, with another type.</summary>
internal static class MegatronCast
{
    /// <summary>Plans it from headers.</summary>
    /// <exception cref="MappingException">The weights do not fit the config, or some are of a type that cannot be cast.</exception>
    public static IConversion Open(ModelCastOptions options, CastRule rule)
    {
        CheckpointConversionOptions conversion;
        using (MegatronCheckpoint checkpoint = MegatronCheckpoint.Open(options.Model))
        {
            conversion = new()
            {
                From = options.Model,
                To = options.Output,
                Format = checkpoint.Index is null ? CheckpointFormat.Torch : CheckpointFormat.TorchDist,
                Sizes = (checkpoint.RecordedSizes() ?? ParallelSizes.One) with { Cp = 1 },
                Settings = [.. Settings(checkpoint, options.DType)],
                Overwrite = options.Overwrite,
                Transfer = options.Transfer,
            };
        }

        return CheckpointConversion.Open(
            conversion,
            (model, provider) =>
            {
                ConfigElementType.SetKept(provider, options.DType);
                return Cast(model, rule);
            }
        );
    }

    /// <summary>The fields of the model's config that follow its type.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Settings(MegatronCheckpoint checkpoint, DType dtype)
    {
        string type = dtype.TorchName();
        yield return new("params_dtype", type);
        yield return new("bf16", dtype == DType.BF16 ? "true" : "false");
        yield return new("fp16", dtype == DType.F16 ? "true" : "false");
        if (checkpoint.RecordedProvider() is { } provider)
        {
            foreach (string field in (string[])["pipeline_dtype", "autocast_dtype"])
            {
                if (!provider[field].IsNull)
                {
                    yield return new(field, type);
                }
            }
        }
    }

    private static SourceModel Cast(SourceModel model, CastRule rule)
    {
        List<string> faults = [];
        SourceModel cast = model.WithWeights((parameter, view) => rule.Apply(parameter.Name, view, parameter.DType));
        rule.RequireAll();
        foreach (var key in cast.Parameters.GroupBy(parameter => parameter.Spelling.Keys[0], StringComparer.Ordinal))
        {
            if (key.DistinctBy(parameter => parameter.View.DType).Count() > 1)
            {
                faults.Add(
                    $"{key.Key} is one tensor in the checkpoint for several layers, of which --keep means only some."
                );
            }
        }

        faults.AddRange(
            rule.Kept.Where(tensor => tensor.DType.BitCount() < 16 && tensor.DType != DType.Bool)
                .Select(tensor => $"{tensor.Name} is of {tensor.DType.TorchName()}: codes without scales.")
        );
        return faults.Count == 0 ? cast : throw new MappingException("The checkpoint cannot be cast so", faults);
    }
}
