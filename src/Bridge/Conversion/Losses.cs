using MegatronBridge.Families;

namespace MegatronBridge.Conversion;

/// <summary>What <c>--strict</c> forbids: that anything is left out, or does not come from where it should.</summary>
internal static class Losses
{
    /// <summary>Refuses them all, by name.</summary>
    /// <exception cref="MappingException">There are some.</exception>
    public static void Refuse(
        string summary,
        IEnumerable<IgnoredEntry> losses,
        IEnumerable<ConfigLoss>? settings = null
    )
    {
        string[] faults =
        [
            .. losses.Select(entry => $"{entry.Name}: {entry.Reason}."),
            .. (settings ?? []).Select(loss => $"{loss}."),
        ];
        if (faults.Length > 0)
        {
            throw new MappingException(summary, faults);
        }
    }
}
