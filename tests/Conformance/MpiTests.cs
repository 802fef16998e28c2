using System.Diagnostics;
using MegatronBridge.MpiRanks;
using MegatronBridge.Ranks;

namespace MegatronBridge.Conformance;

/// <summary>Ranks that are processes, under both launchers that Debian has: they do what threads do.</summary>
public sealed class MpiTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Launchers { get; } = ["mpirun.openmpi", "mpirun.mpich"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Launchers))]
    public void Processes_compute_what_threads_compute(string launcher)
    {
        foreach (string scenario in (string[])["collectives", "layout", "messages"])
        {
            (int exitCode, string output) = Launch(launcher, scenario, 4, 4);
            Assert.True(exitCode == 0, output);
            IReadOnlyList<string[]> expected = RankWorld.Run(4, Scenario.Named(scenario));
            for (int rank = 0; rank < 4; rank++)
            {
                Assert.Equal(expected[rank], File.ReadAllLines(Path.Combine(_folder.Path, $"{rank}")));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Launchers))]
    public void Processes_that_disagree_are_told(string launcher)
    {
        (int exitCode, string output) = Launch(launcher, "disagreement", 3, 3);
        Assert.True(exitCode == 0, output);
        for (int rank = 0; rank < 3; rank++)
        {
            Assert.Equal([nameof(CollectiveException)], File.ReadAllLines(Path.Combine(_folder.Path, $"{rank}")));
        }
    }

    [Theory]
    [MemberData(nameof(Launchers))]
    public void A_process_that_fails_ends_those_that_wait_for_it(string launcher)
    {
        (int exitCode, string output) = Launch(launcher, "failure", 3, 3);
        Assert.NotEqual(0, exitCode);
        Assert.Contains("Rank 1 cannot go on.", output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Launchers))]
    public void Another_number_of_processes_is_refused(string launcher)
    {
        (int exitCode, string output) = Launch(launcher, "collectives", 3, 4);
        Assert.NotEqual(0, exitCode);
        Assert.Contains(
            "The layout has 4 ranks, but 3 processes were started. Start them with mpirun -n 4.",
            output,
            StringComparison.Ordinal
        );
    }

    private (int ExitCode, string Output) Launch(string launcher, string scenario, int processes, int expected)
    {
        Mpi.Require(launcher);
        ProcessStartInfo start = new(launcher)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in Mpi.Options(launcher, processes))
        {
            start.ArgumentList.Add(argument);
        }

        foreach (
            string argument in (string[])
                ["dotnet", typeof(Scenario).Assembly.Location, scenario, _folder.Path, $"{expected}"]
        )
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }
}
