using System.Globalization;

namespace MegatronBridge.Ranks.Mpi;

/// <summary>What a launcher of MPI tells the processes that it starts.</summary>
public static class MpiLaunch
{
    private const string OpenMpiSize = "OMPI_COMM_WORLD_SIZE";
    private const string OpenMpiRank = "OMPI_COMM_WORLD_RANK";
    private const string MpichSize = "PMI_SIZE";
    private const string MpichRank = "PMI_RANK";

    /// <summary>True when <c>mpirun</c> or its like started this process with others.</summary>
    public static bool IsOne => Size > 1;

    /// <summary>How many processes were started together; 1 without a launcher.</summary>
    public static int Size => Number(OpenMpiSize) ?? Number(MpichSize) ?? 1;

    /// <summary>The number of this process among them.</summary>
    public static int Rank => Number(OpenMpiRank) ?? Number(MpichRank) ?? 0;

    /// <summary>True when the launcher is Open MPI's.</summary>
    internal static bool IsOpenMpi => Number(OpenMpiSize) is not null;

    private static int? Number(string variable) =>
        int.TryParse(
            Environment.GetEnvironmentVariable(variable),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out int number
        )
            ? number
            : null;
}
