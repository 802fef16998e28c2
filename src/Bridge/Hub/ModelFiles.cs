using MegatronBridge.Config;
using MegatronBridge.Storage.HuggingFace;
using MegatronBridge.Storage.Safetensors;

namespace MegatronBridge.Hub;

/// <summary>Which files of a repository a conversion needs. Pickled weights, other formats and folders are not among them.</summary>
internal static class ModelFiles
{
    private const string WeightsEnd = ".safetensors";

    /// <summary>The files that describe the model: config, tokenizer, settings, code, and the index of the weights.</summary>
    public static IReadOnlyList<string> Describing(IEnumerable<string> names)
    {
        List<string> top = [.. names.Where(name => !name.Contains('/', StringComparison.Ordinal))];
        bool isSingle = top.Contains(WeightNames.Transformers.SingleFile, StringComparer.Ordinal);
        return
        [
            .. top.Where(name =>
                    name == HfFolder.ConfigName
                    || IsProvider(name)
                    || (name == WeightNames.Transformers.Index && !isSingle)
                    || SideFiles.IsTokenizer(name)
                    || SideFiles.IsModel(name)
                )
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>
    /// The files with the weights, as transformers chooses them: the single file of that name, else those that the index
    /// names, else all safetensors files.
    /// </summary>
    /// <param name="names">All files of the repository.</param>
    /// <param name="index">The index, where <see cref="Describing"/> has it.</param>
    public static IReadOnlyList<string> Weights(IEnumerable<string> names, SafetensorsIndex? index)
    {
        List<string> present =
        [
            .. names.Where(name =>
                name.EndsWith(WeightsEnd, StringComparison.Ordinal) && !name.Contains('/', StringComparison.Ordinal)
            ),
        ];
        return present.Contains(WeightNames.Transformers.SingleFile, StringComparer.Ordinal)
                ? [WeightNames.Transformers.SingleFile]
            : index is not null
                ? [.. index.WeightMap.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]
            : [.. present.Order(StringComparer.Ordinal)];
    }

    /// <summary>Why a repository is no model that can be converted, or null when nothing speaks against it.</summary>
    public static string? WhyUseless(IReadOnlyCollection<string> names, bool withWeights)
    {
        if (!names.Contains(HfFolder.ConfigName))
        {
            if (!withWeights && names.Any(IsProvider))
            {
                return null;
            }

            return $"it has no {HfFolder.ConfigName}, so it is no model of transformers";
        }

        bool hasWeights = names.Any(name =>
            name == WeightNames.Transformers.Index
            || (name.EndsWith(WeightsEnd, StringComparison.Ordinal) && !name.Contains('/', StringComparison.Ordinal))
        );
        if (hasWeights || !withWeights)
        {
            return null;
        }

        string[] others = [.. names.Where(IsOtherFormat).Order(StringComparer.Ordinal).Take(3)];
        return others.Length == 0
            ? "it has no *.safetensors file"
            : $"its weights are not in *.safetensors files, but in {string.Join(", ", others)}; have transformers save it as safetensors";
    }

    private static bool IsOtherFormat(string name) =>
        Path.GetExtension(name) is ".bin" or ".pth" or ".pt" or ".gguf" or ".onnx" or ".h5" or ".msgpack";

    // mhub_model.json or .yaml
    private static bool IsProvider(string name) =>
        Path.GetFileNameWithoutExtension(name) == Path.GetFileNameWithoutExtension(ModelProvider.ConfigName)
        && Path.GetExtension(name) is ".json" or ".yaml" or ".yml";
}
