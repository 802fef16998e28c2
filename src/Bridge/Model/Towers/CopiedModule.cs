using MegatronBridge.Config;
using MegatronBridge.Initialization;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Model.Towers;

/// <summary>
/// A module that a Megatron model has from transformers, unchanged: a tower that sees or hears, a projection behind it. Its parameters
/// have the names that they have there, every rank of the first pipeline stage has all of them, and none has extra state. A file for each
/// kind lists them from the module's config.
/// </summary>
/// <param name="Scope">Where its rows go.</param>
/// <param name="Config">Its config.</param>
internal sealed record CopiedModule(TableScope Scope, HfConfig Config)
{
    // Numbers come from a file; no tower comes near these.
    private const int MostLayers = 4096;
    private const int LargestSize = 1 << 20;
    private const double Std = 0.02; // of initial weights, where the config does not say

    /// <summary>The module as a part of a model, under a prefix: its config is in a field of the provider, perhaps inside others.</summary>
    public static ModelPart Part(string prefix, string config, Action<CopiedModule> list) =>
        (scope, provider) => list(new(scope.Inside(prefix), KeptConfig.Of(provider, config)));

    /// <summary>A size in its config.</summary>
    /// <exception cref="Storage.BadFileException">It is missing, less than 1, or absurd.</exception>
    public long Size(string key) =>
        Config.Integer(key) is >= 1 and <= LargestSize and var size
            ? size
            : throw Config.Wrong(key, $"1 or more, and at most {LargestSize}");

    /// <summary>A number of layers in its config.</summary>
    /// <exception cref="Storage.BadFileException">It is missing, less than 1, or absurd.</exception>
    public int Count(string key) =>
        Size(key) is <= MostLayers and var count ? (int)count : throw Config.Wrong(key, $"at most {MostLayers}");

    /// <summary>The modules of a list, as many as its config says under <paramref name="count"/>: <c>blocks.0.</c>, <c>blocks.1.</c>, ….</summary>
    public IEnumerable<CopiedModule> Layers(string name, string count) => Layers(name, Count(count));

    /// <summary>The modules of a list.</summary>
    public IEnumerable<CopiedModule> Layers(string name, int count) =>
        Enumerable.Range(0, count).Select(layer => Inside($"{name}.{layer}."));

    /// <summary>A module of this one.</summary>
    public CopiedModule Inside(string prefix) => this with { Scope = Scope.Inside(prefix) };

    /// <summary>A parameter.</summary>
    public void Parameter(string name, params ReadOnlySpan<long> shape)
    {
        if (Shape.Product(shape) is null)
        {
            throw new InvalidConfigException($"{Scope.NamePrefix}{name} would have more than 2^63 elements.");
        }

        Shape sizes = new(shape);
        InitialValues initial = InitialRules.OfTransformers(name, sizes, Config.NumberOr("initializer_range", Std));
        (Scope.IsBuffer ? Scope : Scope with { Initial = initial }).Parameter(name, sizes, Cut.Replicated);
    }

    /// <summary>What is saved like a parameter but not trained by a gradient.</summary>
    public void Buffer(string name, params ReadOnlySpan<long> shape) =>
        (this with { Scope = Scope with { IsBuffer = true } }).Parameter(name, shape);

    /// <summary>A linear layer: <c>weight [to, from]</c>, and a bias unless there is none.</summary>
    public void Linear(string name, long from, long to, bool hasBias = true)
    {
        Parameter($"{name}.weight", to, from);
        if (hasBias)
        {
            Parameter($"{name}.bias", to);
        }
    }

    /// <summary>A convolution: <c>weight [to, from, kernel...]</c>, and a bias unless there is none.</summary>
    public void Convolution(string name, long from, long to, ReadOnlySpan<long> kernel, bool hasBias = true)
    {
        Parameter($"{name}.weight", [to, from, .. kernel]);
        if (hasBias)
        {
            Parameter($"{name}.bias", to);
        }
    }

    /// <summary>A table of vectors.</summary>
    public void Embedding(string name, long count, long width) => Parameter($"{name}.weight", count, width);

    /// <summary>A norm with a weight.</summary>
    public void RmsNorm(string name, long width) => Parameter($"{name}.weight", width);

    /// <summary>A norm with weight and bias.</summary>
    public void LayerNorm(string name, long width)
    {
        Parameter($"{name}.weight", width);
        Parameter($"{name}.bias", width);
    }
}
