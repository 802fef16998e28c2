namespace MegatronBridge.Conformance;

/// <summary>The launchers of MPI, where they are installed.</summary>
internal static class Mpi
{
    /// <summary>Skips the test without the launcher.</summary>
    public static void Require(string launcher)
    {
        bool isThere = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, launcher)));
        Assert.SkipUnless(isThere, $"{launcher} is not installed; eng/mpi.sh does that.");
    }

    /// <summary>What starts that many processes on a machine with fewer cores, as any user.</summary>
    public static IEnumerable<string> Options(string launcher, int processes) =>
        launcher.EndsWith("openmpi", StringComparison.Ordinal)
            ? ["--allow-run-as-root", "--oversubscribe", "-n", $"{processes}"]
            : ["-n", $"{processes}"];
}
