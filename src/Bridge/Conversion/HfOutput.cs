using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Families;
using MegatronBridge.Quantization;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.HuggingFace;
using MegatronBridge.Storage.Safetensors;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Conversion;

/// <summary>The files of a Hugging Face model that is to be written.</summary>
internal sealed class HfOutput
{
    private readonly SafetensorsIndex? _index;
    private readonly IndexStyle _indexStyle;
    private readonly WeightNames _names;
    private readonly string _component;

    private HfOutput(
        IReadOnlyDictionary<string, TensorView> tensors,
        ShardPlan shards,
        IEnumerable<KeyValuePair<string, JsonElement>>? metadata,
        IndexStyle style,
        WeightNames names,
        string component
    )
    {
        _names = names;
        _component = component;
        Files = shards.ToLayouts(tensors);
        long totalBytes = tensors.Values.Sum(view => view.ByteCount);
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
    /// <param name="tensors">The tensors by name, in the order of the model.</param>
    /// <param name="family">The family of the model.</param>
    /// <param name="reference">The original model, or null.</param>
    /// <param name="source">The original's tensors as the model knows them, or null.</param>
    /// <param name="maxShardBytes">Largest size of a file, where there is no original.</param>
    public static HfOutput Of(
        IReadOnlyDictionary<string, TensorView> tensors,
        Family family,
        HfFolder? reference,
        DequantizedSource? source,
        long maxShardBytes
    )
    {
        if (reference is null || source is null)
        {
            WeightNames names = family.IsOfDiffusers ? WeightNames.Diffusers : WeightNames.Transformers;
            ShardPlan bySize = ShardPlan.BySize(tensors, maxShardBytes, names);
            string component = family.IsOfDiffusers ? HfFolder.TransformerName : "";
            return new(tensors, bySize, null, IndexStyle.HuggingFaceHub, names, component);
        }

        // What is stored as codes there, and as numbers here, goes where the codes are.
        IReadOnlyDictionary<string, string> stored = reference.Weights.FileNames;
        Dictionary<string, string> ofCodes = source
            .Quantized.Values.Where(tensor => !stored.ContainsKey(tensor.Name))
            .ToDictionary(tensor => tensor.Parts[0], tensor => tensor.Name, StringComparer.Ordinal);
        IEnumerable<KeyValuePair<string, string>> fileNames = stored.SelectMany(entry =>
            ofCodes.TryGetValue(entry.Key, out string? name)
                ? (KeyValuePair<string, string>[])[entry, new(name, entry.Value)]
                : [entry]
        );
        return new(
            tensors,
            ShardPlan.ByFileMap(tensors.Keys, fileNames),
            reference.Weights.Index?.Metadata,
            IndexStyle.Bridge,
            reference.Weights.WeightNames,
            reference.Component
        );
    }

    /// <summary>The files of a model that is made of another: the same ones, or files of a given size.</summary>
    /// <param name="tensors">The tensors by name, in the order of the model; without a size, each has a name that the other has too.</param>
    /// <param name="original">The other model.</param>
    /// <param name="maxShardBytes">Largest size of a file; null for the files that the other has.</param>
    public static HfOutput Like(
        IReadOnlyDictionary<string, TensorView> tensors,
        HfFolder original,
        long? maxShardBytes = null
    )
    {
        SafetensorsFolder weights = original.Weights;
        ShardPlan shards = maxShardBytes is { } limit
            ? ShardPlan.BySize(tensors, limit, weights.WeightNames)
            : ShardPlan.ByFileMap(tensors.Keys, weights.FileNames);
        bool isSingle = shards.Shards is [var only] && only.FileName == weights.WeightNames.SingleFile;
        return new(
            tensors,
            shards,
            isSingle ? null : weights.Index?.Metadata,
            IndexStyle.HuggingFaceHub,
            weights.WeightNames,
            original.Component
        );
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
