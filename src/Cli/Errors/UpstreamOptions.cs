namespace MegatronBridge.Cli.Errors;

/// <summary>Options of upstream's conversion scripts that make no sense here, for those who bring their command lines along.</summary>
internal static class UpstreamOptions
{
    private const string OneProcess = "one process on this machine does the whole work";
    private const string AlwaysBounded = "memory is always bounded, by --max-memory";

    private static readonly Dictionary<string, string> Reasons = new()
    {
        ["--device"] = "everything runs on the CPU",
        ["--executor"] = OneProcess,
        ["--nodes"] = OneProcess,
        ["--gpus-per-node"] = OneProcess,
        ["--distributed-save"] = OneProcess,
        ["--no-distributed-save"] = OneProcess,
        ["--save-every-n-ranks"] = OneProcess,
        ["--distributed-timeout-minutes"] = OneProcess,
        ["--low-memory-save"] = AlwaysBounded,
        ["--trust-remote-code"] = "no code that comes with a model is ever run",
        ["--not-strict"] = "a checkpoint that does not fit its model is always refused",
        ["--export-weight-dtype"] = "--torch-dtype casts the exported weights",
    };

    /// <summary>Why the option is not here, or null when it is not one of upstream's.</summary>
    public static string? WhyAbsent(string option) => Reasons.GetValueOrDefault(option);
}
