using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Quantization;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.HuggingFace;
using MegatronBridge.Storage.Safetensors;

namespace MegatronBridge.Conversion;

/// <summary>The files of a Hugging Face model that is to be written.</summary>
internal sealed class HfOutput
{
    private readonly SafetensorsIndex? _index;
    private readonly IndexStyle _indexStyle;

    private HfOutput(
        ExportPlan plan,
        ShardPlan shards,
        IEnumerable<KeyValuePair<string, JsonElement>>? metadata,
        IndexStyle style
    )
    {
        Files = shards.ToLayouts(plan.Tensors);
        long totalBytes = plan.Tensors.Values.Sum(view => view.ByteCount);
        _index =
            Files.Count > 1 || metadata is not null
                ? SafetensorsIndex.Create(shards.WeightMap, totalBytes, metadata)
                : null;
        _indexStyle = style;
    }

    /// <summary>The files with tensors.</summary>
    public IReadOnlyList<SafetensorsLayout> Files { get; }

    /// <summary>True for what an export makes: the names that may be overwritten.</summary>
    public static bool IsOurs(string name) =>
        name is HfFolder.ConfigName or SafetensorsIndex.FileName
        || name.EndsWith(".safetensors", StringComparison.Ordinal)
        || SideFiles.IsTokenizer(name)
        || SideFiles.IsModel(name);

    /// <summary>The files of the model that the checkpoint was made of, or files of a given size.</summary>
    public static HfOutput Of(ExportPlan plan, HfFolder? reference, DequantizedSource? source, long maxShardBytes)
    {
        if (reference is not null && source is not null)
        {
            // What is stored as codes there goes where the codes are.
            IEnumerable<KeyValuePair<string, string>> fileNames = source.Names.Select(name =>
                KeyValuePair.Create(
                    name,
                    reference.Weights.FileNames[source.Quantized.GetValueOrDefault(name)?.Parts[0] ?? name]
                )
            );
            ShardPlan sameFiles = ShardPlan.ByFileMap(plan.Names, fileNames);
            return new(plan, sameFiles, reference.Weights.Index?.Metadata, IndexStyle.Bridge);
        }

        ShardPlan bySize = ShardPlan.BySize(
            plan.Names.Select(name => KeyValuePair.Create(name, plan.Tensors[name])),
            maxShardBytes
        );
        return new(plan, bySize, null, IndexStyle.HuggingFaceHub);
    }

    /// <summary>
    /// Writes everything but the tensors: index, side files, and the config, unless that is one of the side files.
    /// </summary>
    public void Finish(StagedDirectory staged, IEnumerable<(string Source, string Name)> sideFiles, JsonObject? config)
    {
        if (_index is not null)
        {
            staged.WriteFile(SafetensorsIndex.FileName, Encoding.UTF8.GetBytes(_index.Write(_indexStyle)));
        }

        foreach ((string source, string name) in sideFiles)
        {
            staged.CopyFile(source, name);
        }

        if (config is not null)
        {
            staged.WriteFile(HfFolder.ConfigName, Encoding.UTF8.GetBytes(PythonJson.Write(config, sortKeys: false)));
        }
    }
}
