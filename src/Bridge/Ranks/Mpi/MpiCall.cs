using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Ranks.Mpi;

/// <summary>What a member of a group asks for, as numbers that can be sent to the others.</summary>
internal static class MpiCall
{
    /// <summary>How many numbers a call takes.</summary>
    public const int Length = 5;

    private const int None = -1;

    private static readonly string[] Names =
    [
        "barrier",
        "broadcast",
        "all-gather",
        "all-reduce",
        "reduce-scatter",
        "all-to-all",
    ];

    /// <summary>Writes a call.</summary>
    public static void Write(CollectiveCall call, Span<int> numbers)
    {
        numbers[0] = Array.IndexOf(Names, call.Name);
        numbers[1] = call.Length;
        numbers[2] = (int?)call.DType ?? None;
        numbers[3] = (int?)call.Operation ?? None;
        numbers[4] = call.Root ?? None;
    }

    /// <summary>Reads a call.</summary>
    public static CollectiveCall Read(ReadOnlySpan<int> numbers) =>
        new(
            Names[numbers[0]],
            numbers[1],
            numbers[2] == None ? null : (DType)numbers[2],
            numbers[3] == None ? null : (ReduceOperation)numbers[3],
            numbers[4] == None ? null : numbers[4]
        );
}
