using System.Globalization;
using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Families;
using MegatronBridge.Model;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tools;

/// <summary>The tensors of a model that are also those of the same model with fewer layers.</summary>
internal sealed class KeptTensors : ITensorSource
{
    private readonly ITensorSource _whole;
    private readonly HashSet<string> _names;

    private KeptTensors(ITensorSource whole, HashSet<string> names)
    {
        _whole = whole;
        _names = names;
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Names => _names;

    /// <summary>Finds them, and makes sure that they are all of the small model and nothing else.</summary>
    /// <exception cref="MappingException">They are not, or the whole model is none.</exception>
    public static KeptTensors Of(ITensorSource whole, Family family, HfConfig config, HfConfig small)
    {
        ModelProvider large = Provider(family, config, whole.Names);
        ImportPlan all = ImportPlan.Create(whole, family, large);
        ModelProvider provider = Provider(family, small, null);
        HashSet<string> needed = NamesOf(family, provider, whole);
        HashSet<string> dropped = NamesOf(family, large, whole);
        dropped.ExceptWith(needed);

        // Beside the parameters of a layer there may be what no mapping needs.
        HashSet<string> layers = [.. dropped.Select(name => LayerOf(name, provider.NumLayers)).OfType<string>()];
        HashSet<string> ignored = [.. all.Ignored.Select(entry => entry.Name)];
        IgnoredTensors rules = new(family, provider, whole);
        ignored.RemoveWhere(name =>
            LayerOf(name, provider.NumLayers) is { } layer && layers.Contains(layer)
            || rules.Sort([name], []).Count == 0
        );
        needed.IntersectWith(whole.Names);
        KeptTensors kept = new(whole, [.. whole.Names.Where(name => needed.Contains(name) || ignored.Contains(name))]);
        ImportPlan.Create(kept, family, provider);
        return kept;
    }

    /// <inheritdoc/>
    public TensorView? Find(string name) => _names.Contains(name) ? _whole.Find(name) : null;

    private static ModelProvider Provider(Family family, HfConfig config, IReadOnlyCollection<string>? tensors)
    {
        ModelProvider provider = family.ToProvider(config, tensors);
        provider.Complete();
        return provider;
    }

    private static HashSet<string> NamesOf(Family family, ModelProvider provider, ITensorSource source) =>
        [.. Binding.Bind(family, provider, ModelTable.Build(provider), source).SelectMany(binding => binding.HfNames)];

    /// <summary>The part of a name that tells a layer behind the last one that is kept, or null.</summary>
    private static string? LayerOf(string name, int layers)
    {
        string[] parts = name.Split('.');
        int at = Array.FindIndex(
            parts,
            part =>
                int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= layers
        );
        return at < 0 ? null : string.Join('.', parts[..(at + 1)]);
    }
}
