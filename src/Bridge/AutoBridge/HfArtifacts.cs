using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Quantization;
using MegatronBridge.Storage;
using MegatronBridge.Storage.HuggingFace;

namespace MegatronBridge;

/// <summary>What stands beside the weights of a Hugging Face model: its config, and files that are taken over from another folder.</summary>
/// <param name="Config">The config.json to write; null when that of the original is copied.</param>
/// <param name="Files">Files to copy, and their names.</param>
internal sealed record HfArtifacts(JsonObject? Config, IReadOnlyList<(string Source, string Name)> Files)
{
    /// <summary>Those of a model whose weights are numbers.</summary>
    /// <param name="config">The config of the model.</param>
    /// <param name="original">The config of the original.</param>
    /// <param name="folder">The folder of the original, or null.</param>
    /// <param name="weights">The weights of the original, or null.</param>
    /// <param name="sourcePath">Another folder with tokenizer, settings and code, or null.</param>
    /// <exception cref="BadFileException">There is no such folder.</exception>
    public static HfArtifacts Of(
        HfConfig config,
        HfConfig original,
        HfFolder? folder,
        DequantizedSource? weights,
        string? sourcePath
    )
    {
        bool isSame = folder is not null && weights!.Quantized.Count == 0 && original.Differences(config).Count == 0;
        List<(string, string)> files = [];
        if (isSame)
        {
            files.Add((folder!.PathOf(HfFolder.ConfigName), HfFolder.ConfigName));
        }

        if (sourcePath is not null && !Directory.Exists(sourcePath))
        {
            throw new BadFileException(sourcePath, "the folder does not exist.");
        }

        string? taken =
            sourcePath ?? (folder is null ? null : Path.GetDirectoryName(folder.PathOf(HfFolder.ConfigName)));
        files.AddRange(
            (taken is null ? [] : Directory.EnumerateFiles(taken))
                .Select(path => (path, Path.GetFileName(path)))
                .Where(file => SideFiles.IsTokenizer(file.Item2) || SideFiles.IsModel(file.Item2))
                .OrderBy(file => file.Item2, StringComparer.Ordinal)
        );
        return new(isSame ? null : QuantizationConfig.RemoveFrom(config).Json, files);
    }
}
