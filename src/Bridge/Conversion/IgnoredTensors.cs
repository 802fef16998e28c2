using MegatronBridge.Config;
using MegatronBridge.Families;
using MegatronBridge.Mapping;
using MegatronBridge.Storage;

namespace MegatronBridge.Conversion;

/// <summary>Sorts the tensors that no mapping uses into those that the family knows it may ignore, and faults.</summary>
internal sealed class IgnoredTensors(Family family, ModelProvider provider, ITensorSource source)
{
    /// <summary>Returns the ignored ones; adds a fault for each of the others.</summary>
    public IReadOnlyList<IgnoredEntry> Sort(IEnumerable<string> unused, List<string> faults)
    {
        List<IgnoredEntry> ignored = [];
        foreach (string name in unused.Order(StringComparer.Ordinal))
        {
            if (RuleOf(name) is { } rule)
            {
                ignored.Add(new(name, rule.Reason, EqualName(rule, name)));
            }
            else
            {
                faults.Add(
                    $"{name} {source.Find(name)?.Shape} is in the checkpoint, but no mapping of {family.Architecture} uses it."
                );
            }
        }

        return ignored;
    }

    /// <summary>What a tensor must equal; where that is itself left out as a copy, such as a tied head, what that one equals.</summary>
    private string? EqualName(IgnoredTensor rule, string name)
    {
        if (rule.EqualTo is null)
        {
            return null;
        }

        string original = new NamePattern(rule.EqualTo).Format(
            rule.Pattern.Match(name, provider.NumLayers),
            provider.NumLayers
        );
        IgnoredTensor? further = source.Find(original) is null ? RuleOf(original) : null;
        return further is null ? Present(original) : EqualName(further, original);
    }

    // An embedding goes under several names: the one that is there counts.
    private string Present(string original)
    {
        if (source.Find(original) is not null)
        {
            return original;
        }

        ILookup<string, string> names = family
            .Parameters.Where(row => row.Megatron.StarCount == 0)
            .SelectMany(row => row.HfNames([], provider).Select(name => (row.Megatron.Text, Name: name)))
            .ToLookup(row => row.Text, row => row.Name);
        return names
                .Where(others => others.Contains(original))
                .SelectMany(others => others)
                .FirstOrDefault(name => source.Find(name) is not null)
            ?? original;
    }

    private IgnoredTensor? RuleOf(string name) =>
        family.Ignored.FirstOrDefault(rule => rule.Pattern.Match(name, provider.NumLayers) is not null);
}
