namespace MegatronBridge.Config;

/// <summary>The activation functions and what Hugging Face calls them.</summary>
public static class ActivationMap
{
    // The first name of a function is the one that is written.
    private static readonly (string Hf, ConfigValue Megatron)[] Rows =
    [
        ("gelu", Targets.Gelu),
        ("relu", Targets.Function("torch.nn.functional.relu")),
        ("silu", Targets.Silu),
        ("sigmoid", Targets.Function("torch.nn.functional.sigmoid")),
        ("tanh", Targets.Function("torch._VariableFunctionsClass.tanh")),
        ("relu2", Targets.SquaredRelu),
        ("squared_relu", Targets.SquaredRelu),
        ("gelu_pytorch_tanh", Targets.FastGelu),
        ("fast_gelu", Targets.FastGelu),
        ("gelu_new", Targets.FastGelu),
        ("gelu_fast", Targets.FastGelu),
        ("quick_gelu", Targets.QuickGelu),
        ("situ", Targets.Silu), // upstream's layers have it built in
        ("swigluoai", Targets.QuickGelu), // its bounds are fields of their own
    ];

    // Other fields, or the layers, have the rest of these.
    private static readonly string[] Parted = ["situ", "swigluoai"];

    /// <summary>All names, for messages.</summary>
    public static string Known { get; } = string.Join(", ", Rows.Select(row => row.Hf));

    /// <summary>The function that Hugging Face calls so (the long names of torch are taken too), or null.</summary>
    public static ConfigValue? ToMegatron(string hf)
    {
        string name = hf.Replace("torch.nn.functional.", "", StringComparison.Ordinal);
        int index = Array.FindIndex(Rows, row => row.Hf == (name == "torch.tanh" ? "tanh" : name));
        return index < 0 ? null : Rows[index].Megatron;
    }

    /// <summary>True when two names are of one function, all that it takes among the numbers it is given.</summary>
    internal static bool IsSame(string hf, string other) =>
        !Parted.Contains(hf)
        && !Parted.Contains(other)
        && ToMegatron(hf) is { } megatron
        && ToMegatron(other) is { } same
        && Targets.Of(megatron) == Targets.Of(same);

    /// <summary>What Hugging Face calls a function, or null. Of several names the <paramref name="preferred"/> one.</summary>
    public static string? ToHf(ConfigValue megatron, string? preferred = null)
    {
        string? target = Targets.Of(megatron);
        int index = Array.FindIndex(Rows, row => Targets.Of(row.Megatron) == target && row.Hf == preferred);
        index = index >= 0 ? index : Array.FindIndex(Rows, row => Targets.Of(row.Megatron) == target);
        return index < 0 ? null : Rows[index].Hf;
    }
}
