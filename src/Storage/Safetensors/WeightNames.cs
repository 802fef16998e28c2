using System.Globalization;

namespace MegatronBridge.Storage.Safetensors;

/// <summary>How the files of a model's weights are called: by transformers, or by diffusers.</summary>
public sealed class WeightNames
{
    private readonly string _stem;

    private WeightNames(string stem) => _stem = stem;

    /// <summary><c>model.safetensors</c>.</summary>
    public static WeightNames Transformers { get; } = new("model");

    /// <summary><c>diffusion_pytorch_model.safetensors</c>.</summary>
    public static WeightNames Diffusers { get; } = new("diffusion_pytorch_model");

    /// <summary>Name of a model that is one file.</summary>
    public string SingleFile => $"{_stem}.safetensors";

    /// <summary>Name of the index of a model in several files.</summary>
    public string Index => $"{_stem}.safetensors.index.json";

    /// <summary>The names that the files of a folder have: those of diffusers when there is any, else those of transformers.</summary>
    public static WeightNames Of(string folder) =>
        Directory.EnumerateFiles(folder, Diffusers._stem + "*.safetensors*").Any() ? Diffusers : Transformers;

    /// <summary>True for the index of any model.</summary>
    public static bool IsIndex(string name) => name == Transformers.Index || name == Diffusers.Index;

    /// <summary>Name of file number <paramref name="number"/>, from 1 on, of <paramref name="count"/>.</summary>
    public string Shard(int number, int count) => $"{_stem}-{number:00000}-of-{count:00000}.safetensors";

    /// <summary>The number of files that a name made by <see cref="Shard"/> tells, or null for another name.</summary>
    internal int? CountIn(string name) =>
        name.Split('-', '.') is [var stem, var number, "of", var count, "safetensors"]
        && stem == _stem
        && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int n)
        && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int c)
        && name == Shard(n, c)
            ? c
            : null;
}
