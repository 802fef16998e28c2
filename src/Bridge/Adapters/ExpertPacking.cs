using System.Globalization;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Adapters;

/// <summary>
/// Makes of the adapters of experts one by one such of the parameters that transformers 5 packs them into: gate and up of an expert, which
/// share A in Megatron, become one.
/// </summary>
internal static class ExpertPacking
{
    private static readonly string[] GateUp = ["gate_proj", "up_proj"];
    private static readonly string[] Down = ["down_proj"];

    /// <summary>The adapter with packed experts.</summary>
    /// <exception cref="MappingException">Experts are adapted in a way that cannot be packed; all are told.</exception>
    public static AdapterSet Pack(AdapterSet adapter)
    {
        List<LowRankUpdate> updates = [];
        List<string> faults = [];
        Dictionary<string, List<(int Expert, string Part, LowRankUpdate Update)>> modules = new(StringComparer.Ordinal);
        foreach (LowRankUpdate update in adapter.Updates)
        {
            if (ExpertOf(update.Weight) is not var (module, expert, part))
            {
                updates.Add(update);
                continue;
            }

            if (!modules.TryGetValue(module, out List<(int, string, LowRankUpdate)>? all))
            {
                modules.Add(module, all = []);
            }

            all.Add((expert, part, update));
        }

        foreach ((string module, List<(int Expert, string Part, LowRankUpdate Update)> all) in modules)
        {
            int experts = all.Max(one => one.Expert) + 1;
            int packed = 0;
            foreach (
                (string parameter, string[] parts) in ((string, string[])[])
                    [("gate_up_proj", GateUp), ("down_proj", Down)]
            )
            {
                IGrouping<int, LowRankUpdate>[] groups =
                [
                    .. parts
                        .SelectMany(part => all.Where(one => one.Part == part))
                        .GroupBy(one => one.Expert, one => one.Update),
                ];
                if (groups.Length == experts && groups.All(group => group.Count() == parts.Length && SharesA(group)))
                {
                    packed += experts * parts.Length;
                    updates.AddRange(groups.Select(group => Join($"{module}.{parameter}[{group.Key}]", [.. group])));
                }
            }

            if (packed != all.Count)
            {
                faults.Add(
                    $"{module}: its {experts} experts have {all.Count} adapted weights, which are not gate_proj and up_proj with one lora_A, "
                        + "or down_proj, of each, without magnitudes."
                );
            }
        }

        return faults.Count == 0
            ? adapter with
            {
                Updates = updates,
            }
            : throw new MappingException("The experts' adapters cannot be packed", faults);
    }

    private static bool SharesA(IEnumerable<LowRankUpdate> updates) =>
        updates.All(update =>
            update.Magnitude is null
            && update.Scale == updates.First().Scale
            && TensorContents.AreEqual(update.A, updates.First().A)
        );

    private static LowRankUpdate Join(string weight, LowRankUpdate[] parts) =>
        parts[0] with
        {
            Weight = weight,
            B = TensorViews.Concat(0, [.. parts.Select(part => part.B)]),
        };

    private static (string Module, int Expert, string Part)? ExpertOf(string weight)
    {
        string[] parts = weight.Split('.');
        return
            parts is [.., "experts", var number, var part, "weight"]
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int expert)
            ? (string.Join('.', parts[..^3]), expert, part)
            : null;
    }
}
