using System.Text.RegularExpressions;
using MegatronBridge.Config;
using MegatronBridge.Mapping;

namespace MegatronBridge.Adapters;

/// <summary>Upstream's names for the layers that are adapted: the last part of the name where all such layers are, else patterns or whole names.</summary>
internal static partial class TargetModules
{
    /// <summary>The shortest names that mean exactly <paramref name="slots"/> of the layers <paramref name="all"/>.</summary>
    public static IReadOnlyList<string> Of(
        AdapterMethod method,
        IReadOnlyList<AdapterSlot> slots,
        IReadOnlyList<AdapterSlot> all
    )
    {
        HashSet<string> adapted = [.. slots.Select(slot => slot.Module)];
        List<string> targets = [];
        foreach (var ofName in all.GroupBy(slot => LastPart(slot.Module)).Where(HasAdapted))
        {
            if (ofName.All(IsAdapted))
            {
                targets.AddRange(Named(method, ofName.Key, ofName.First()));
                continue;
            }

            foreach (var ofPattern in ofName.GroupBy(slot => Number().Replace(slot.Module, "*")).Where(HasAdapted))
            {
                targets.AddRange(
                    ofPattern.All(IsAdapted)
                        ? Named(method, ofPattern.Key, ofPattern.First())
                        : ofPattern.Where(IsAdapted).SelectMany(slot => Named(method, slot.Module, slot))
                );
            }
        }

        return [.. targets.Distinct()];

        bool IsAdapted(AdapterSlot slot) => adapted.Contains(slot.Module);
        bool HasAdapted(IEnumerable<AdapterSlot> some) => some.Any(IsAdapted);
    }

    /// <summary>Which layers of Megatron the targets of canonical LoRA are parts of; empty for the other methods.</summary>
    public static ConfigValue.Map CanonicalMapping(AdapterMethod method, IReadOnlyList<string> targets) =>
        method != AdapterMethod.CanonicalLora
            ? ConfigValue.MapOf()
            : ConfigValue.MapOf(
                targets.GroupBy(Fused, StringComparer.Ordinal).Select(group => (group.Key, (ConfigValue)SetOf(group)))
            );

    /// <summary>A set as YAML has it.</summary>
    public static ConfigValue.Map SetOf(IEnumerable<string> names) =>
        ConfigValue.MapOf(names.Distinct().Select(name => (name, ConfigValue.Null))) with
        {
            IsSet = true,
        };

    private static string Fused(string target) =>
        LastPart(target) switch
        {
            "linear_q" or "linear_k" or "linear_v" => target[..^1] + "qkv",
            "linear_fc1_up" or "linear_fc1_gate" => target[..target.LastIndexOf('_')],
            _ => target,
        };

    private static IEnumerable<string> Named(AdapterMethod method, string name, AdapterSlot slot) =>
        method != AdapterMethod.CanonicalLora ? [name]
        : slot.Binding.Mapping is Qkv ? [name[..^3] + "q", name[..^3] + "k", name[..^3] + "v"]
        : LastPart(name) == "linear_fc1" ? [name + "_up", name + "_gate"]
        : [name];

    private static string LastPart(string name) => name[(name.LastIndexOf('.') + 1)..];

    [GeneratedRegex(@"(?<=\.)\d+(?=\.)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();
}
