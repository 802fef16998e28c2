namespace MegatronBridge.Adapters;

/// <summary>The names of an adapter's tensors in the files of the library peft.</summary>
internal static class PeftNames
{
    private const string Prefix = "base_model.model.";
    private const string Around = ".base_layer"; // where adapters of several parameters of a module lie in each other
    private const string Weight = ".weight";
    private const string A = ".lora_A.weight";
    private const string B = ".lora_B.weight";
    private const string Magnitude = ".lora_magnitude_vector";

    /// <summary>True for the weight of a layer.</summary>
    public static bool IsWeight(string name) => name.EndsWith(Weight, StringComparison.Ordinal);

    /// <summary>The module of a weight.</summary>
    public static string ModuleOf(string weight) => weight[..^Weight.Length];

    /// <summary>The tensors of an update by name.</summary>
    public static IEnumerable<KeyValuePair<string, Storage.Tensors.TensorView>> Of(LowRankUpdate update)
    {
        string module = Prefix + ModuleOf(update.Weight);
        yield return new(module + A, update.A);
        yield return new(module + B, update.B);
        if (update.Magnitude is { } magnitude)
        {
            yield return new(module + Magnitude, magnitude);
        }
    }

    /// <summary>The tensors of packed experts that lie so deep below those of other parameters of their module.</summary>
    public static IEnumerable<KeyValuePair<string, Storage.Tensors.TensorView>> Of(PackedMatrices packed, int depth)
    {
        string module = Prefix + packed.Module + string.Concat(Enumerable.Repeat(Around, depth));
        yield return new(module + A, packed.A);
        yield return new(module + B, packed.B);
    }

    /// <summary>A module without what adapters around it add to its name, and how often they did.</summary>
    public static (string Module, int Depth) Unwrap(string module)
    {
        int depth = 0;
        while (module.EndsWith(Around, StringComparison.Ordinal))
        {
            module = module[..^Around.Length];
            depth++;
        }

        return (module, depth);
    }

    /// <summary>The module of a tensor, and which of its tensors it is (0: A, 1: B, 2: magnitude); null for any other name.</summary>
    public static (string Module, int Kind)? Parse(string name)
    {
        if (!name.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        string[] suffixes = [A, B, Magnitude, Magnitude + Weight]; // the last one is of older files
        for (int kind = 0; kind < suffixes.Length; kind++)
        {
            if (
                name.EndsWith(suffixes[kind], StringComparison.Ordinal)
                && name.Length > Prefix.Length + suffixes[kind].Length
            )
            {
                return (name[Prefix.Length..^suffixes[kind].Length], Math.Min(kind, 2));
            }
        }

        return null;
    }
}
