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
    private readonly WeightNames _names;
    private readonly string _component;

    private HfOutput(
        ExportPlan plan,
        ShardPlan shards,
        IEnumerable<KeyValuePair<string, JsonElement>>? metadata,
        IndexStyle style,
        WeightNames names,
        string component
    )
    {
        _names = names;
        _component = component;
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
        name is HfFolder.ConfigName or HfFolder.TransformerName
        || WeightNames.IsIndex(name)
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
            return new(
                plan,
                sameFiles,
                reference.Weights.Index?.Metadata,
                IndexStyle.Bridge,
                reference.Weights.WeightNames,
                reference.Component
            );
        }

        bool isPipeline = plan.Family.IsOfDiffusers;
        WeightNames names = isPipeline ? WeightNames.Diffusers : WeightNames.Transformers;
        ShardPlan bySize = ShardPlan.BySize(
            plan.Names.Select(name => KeyValuePair.Create(name, plan.Tensors[name])),
            maxShardBytes,
            names
        );
        return new(plan, bySize, null, IndexStyle.HuggingFaceHub, names, isPipeline ? HfFolder.TransformerName : "");
    }

    /// <summary>The folder of the model in <paramref name="staged"/>; it is made when it is one below.</summary>
    public string FolderIn(StagedDirectory staged) =>
        Directory.CreateDirectory(Path.Combine(staged.Path, _component)).FullName;

    /// <summary>
    /// Writes everything but the tensors: index, side files, and the config, unless that is one of the side files.
    /// </summary>
    public void Finish(StagedDirectory staged, IEnumerable<(string Source, string Name)> sideFiles, JsonObject? config)
    {
        if (_index is not null)
        {
            staged.WriteFile(Path.Combine(_component, _names.Index), Encoding.UTF8.GetBytes(_index.Write(_indexStyle)));
        }

        foreach ((string source, string name) in sideFiles)
        {
            staged.CopyFile(source, Path.Combine(_component, name));
        }

        if (config is not null)
        {
            staged.WriteFile(
                Path.Combine(_component, HfFolder.ConfigName),
                Encoding.UTF8.GetBytes(PythonJson.Write(config, sortKeys: false))
            );
        }
    }
}
