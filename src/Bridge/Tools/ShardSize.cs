using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Storage.HuggingFace;
using MegatronBridge.Storage.Safetensors;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tools;

/// <summary>Puts the tensors of a Hugging Face model into files of another size, bit for bit. The architecture need not be known.</summary>
public static class ShardSize
{
    /// <summary>Plans it from headers; nothing is written.</summary>
    /// <param name="hfModel">Folder of the model.</param>
    /// <param name="options">Where the model goes, and the size of its files; that of huggingface_hub when it is null.</param>
    /// <exception cref="Storage.BadFileException">A file breaks its format, or the target may not be written.</exception>
    public static ModelRewrite Open(string hfModel, ToolOptions options)
    {
        ModelRewrite.CheckTarget(options, hfModel);
        HfFolder original = HfFolder.Open(hfModel);
        try
        {
            HfConfig config = HfConfig.Load(original.PathOf(HfFolder.ConfigName));
            IReadOnlyDictionary<string, TensorView> tensors = original.Weights.Tensors;
            HfOutput output = HfOutput.Like(tensors, original, options.MaxShardBytes ?? ShardPlan.HuggingFaceHubLimit);
            return new(
                options,
                original,
                output,
                config: null,
                new()
                {
                    Architecture = string.Join(", ", config.Architectures),
                    Target = options.HfPath,
                    SourceTensors = tensors.Count,
                    TargetTensors = tensors.Count,
                    ParameterCount = tensors.Values.Sum(view => view.Shape.ElementCount),
                    Files = [],
                    Ignored = [],
                    Casts = [],
                    Notes = [$"Files that the tensors were in: {original.Weights.Files.Count}."],
                }
            );
        }
        catch
        {
            original.Dispose();
            throw;
        }
    }
}
