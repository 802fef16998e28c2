namespace MegatronBridge.Adapters;

/// <summary>
/// Layers that are not adapted though they are called like such that are: peft would make adapters for them too if nothing excluded them.
/// </summary>
internal static class PeftExclusions
{
    /// <summary>Their names, or what names behind the number of a layer have in common where none of these is adapted.</summary>
    public static IReadOnlyList<string> Of(IEnumerable<string> adapted, IEnumerable<string> others)
    {
        HashSet<string> modules = [.. adapted];
        HashSet<string> names = [.. modules.Select(LastPart)];
        HashSet<string> ends = [.. modules.Select(BehindLayer)];
        return
        [
            .. others
                .Where(module => names.Contains(LastPart(module)) && !modules.Contains(module))
                .Select(module => ends.Contains(BehindLayer(module)) ? module : BehindLayer(module))
                .Distinct(),
        ];
    }

    /// <summary>What all layers have in common of a name: <c>mlp.experts.gate_up_proj</c>; all of it where there is no layer.</summary>
    public static string BehindLayer(string name)
    {
        string[] parts = name.Split('.');
        int layer = Array.FindIndex(parts, part => part.Length > 0 && part.All(char.IsAsciiDigit));
        return layer < 0 ? name : string.Join('.', parts[(layer + 1)..]);
    }

    private static string LastPart(string module) => module[(module.LastIndexOf('.') + 1)..];
}
