using System.Globalization;

namespace MegatronBridge.Conformance;

/// <summary>How many random models are made, and which: little unless the environment asks for more (README.md).</summary>
internal static class DifferentialSettings
{
    /// <summary>MEGATRON_BRIDGE_DIFFERENTIAL_SEED: another seed gives other models.</summary>
    public static int Seed { get; } = Number("SEED", 1);

    /// <summary>MEGATRON_BRIDGE_DIFFERENTIAL_CASES: how many are made of each architecture.</summary>
    public static int Cases { get; } = Number("CASES", 1);

    /// <summary>MEGATRON_BRIDGE_DIFFERENTIAL_MODELS: with what the names of the architectures begin, separated by commas; all when it is not set.</summary>
    public static IReadOnlyList<string> Models { get; } = (Variable("MODELS") ?? "").Split(',');

    private static int Number(string name, int otherwise) =>
        Variable(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    private static string? Variable(string name) =>
        Environment.GetEnvironmentVariable("MEGATRON_BRIDGE_DIFFERENTIAL_" + name);
}
