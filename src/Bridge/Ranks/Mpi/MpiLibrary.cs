using System.Runtime.InteropServices;
using System.Text;
using MegatronBridge.Layout;

namespace MegatronBridge.Ranks.Mpi;

/// <summary>
/// The C interface of an MPI library, found when it is needed. Open MPI and MPICH have the same functions, but other handles: addresses of
/// objects of the library in the one, numbers of 32 bits in the other.
/// </summary>
internal sealed unsafe class MpiLibrary
{
    /// <summary>An environment variable with the path of the library to load, for one that is not found.</summary>
    public const string PathVariable = "MEGATRON_BRIDGE_MPI_LIBRARY";

    private const int ThreadSerialized = 2; // MPI_THREAD_SERIALIZED: any thread calls, one at a time
    private const int ErrorText = 1 << 13; // more than MPI_MAX_ERROR_STRING of any library

    // MPICH's numbers, which are part of its binary interface.
    private const nint MpichWorld = 0x44000000;
    private const nint MpichByte = 0x4c00010d;
    private const nint MpichErrorsReturn = 0x54000001;
    private const nint MpichIgnoreStatus = 1;

    private static readonly string[] OpenMpiNames = ["libmpi.so.40", "libmpi.so"];
    private static readonly string[] MpichNames = ["libmpich.so.12", "libmpi.so.12", "libmpich.so", "libmpi.so"];

    private readonly nint _handle;
    private readonly nint _byte;
    private readonly nint _ignoreStatus;

    private MpiLibrary(nint handle, string name)
    {
        _handle = handle;
        Name = name;
        bool isOpenMpi = NativeLibrary.TryGetExport(handle, "ompi_mpi_comm_world", out nint world);
        World = isOpenMpi ? world : MpichWorld;
        _byte = isOpenMpi ? Export("ompi_mpi_byte") : MpichByte;
        _ignoreStatus = isOpenMpi ? 0 : MpichIgnoreStatus;
        int provided;
        var initialise = (delegate* unmanaged<int*, byte***, int, int*, int>)Export("MPI_Init_thread");
        if (initialise(null, null, ThreadSerialized, &provided) != 0 || provided < ThreadSerialized)
        {
            throw new LayoutException($"{name} could not be started for a process with several threads.");
        }

        var setHandler = (delegate* unmanaged<nint, nint, int>)Export("MPI_Comm_set_errhandler");
        _ = setHandler(World, isOpenMpi ? Export("ompi_mpi_errors_return") : MpichErrorsReturn);
    }

    /// <summary>Its file.</summary>
    public string Name { get; }

    /// <summary>All processes that were started together.</summary>
    public nint World { get; }

    /// <summary>Finds the library of the launcher that started this process, and starts it.</summary>
    /// <exception cref="LayoutException">There is none.</exception>
    public static MpiLibrary Start()
    {
        string? given = Environment.GetEnvironmentVariable(PathVariable);
        string[] names =
            given is { Length: > 0 } ? [given]
            : MpiLaunch.IsOpenMpi ? OpenMpiNames
            : MpichNames;
        foreach (string name in names)
        {
            if (
                NativeLibrary.TryLoad(name, out nint handle)
                && NativeLibrary.TryGetExport(handle, "MPI_Init_thread", out _)
            )
            {
                return new(handle, name);
            }
        }

        throw new LayoutException(
            $"This process was started by MPI, but none of its libraries is there: {string.Join(", ", names)}. Install openmpi-bin or mpich, "
                + $"or give the path of the library in {PathVariable}."
        );
    }

    /// <summary>Number of this process in a communicator.</summary>
    public int Rank(nint communicator) => Number("MPI_Comm_rank", communicator);

    /// <summary>Number of processes in a communicator.</summary>
    public int Size(nint communicator) => Number("MPI_Comm_size", communicator);

    /// <summary>A communicator of some processes of the world; all of them call this.</summary>
    public nint Create(IReadOnlyList<int> ranks)
    {
        nint all = 0;
        nint some = 0;
        nint communicator = 0;
        int[] numbers = [.. ranks];
        Check(((delegate* unmanaged<nint, nint*, int>)Export("MPI_Comm_group"))(World, &all));
        fixed (int* first = numbers)
        {
            Check(
                ((delegate* unmanaged<nint, int, int*, nint*, int>)Export("MPI_Group_incl"))(
                    all,
                    numbers.Length,
                    first,
                    &some
                )
            );
        }

        Check(
            ((delegate* unmanaged<nint, nint, int, nint*, int>)Export("MPI_Comm_create_group"))(
                World,
                some,
                0,
                &communicator
            )
        );
        return communicator;
    }

    /// <summary>See MPI_Bcast.</summary>
    public void Broadcast(byte* buffer, int length, int root, nint communicator) =>
        Check(
            ((delegate* unmanaged<byte*, int, nint, int, nint, int>)Export("MPI_Bcast"))(
                buffer,
                length,
                _byte,
                root,
                communicator
            )
        );

    /// <summary>See MPI_Allgather.</summary>
    public void AllGather(byte* mine, byte* all, int length, nint communicator) =>
        Check(
            ((delegate* unmanaged<byte*, int, nint, byte*, int, nint, nint, int>)Export("MPI_Allgather"))(
                mine,
                length,
                _byte,
                all,
                length,
                _byte,
                communicator
            )
        );

    /// <summary>See MPI_Alltoallv.</summary>
    public void AllToAll(
        byte* send,
        int* sendLengths,
        int* sendStarts,
        byte* receive,
        int* receiveLengths,
        int* receiveStarts,
        nint communicator
    ) =>
        Check(
            ((delegate* unmanaged<byte*, int*, int*, nint, byte*, int*, int*, nint, nint, int>)Export("MPI_Alltoallv"))(
                send,
                sendLengths,
                sendStarts,
                _byte,
                receive,
                receiveLengths,
                receiveStarts,
                _byte,
                communicator
            )
        );

    /// <summary>See MPI_Send.</summary>
    public void Send(byte* data, int length, int to, nint communicator) =>
        Check(
            ((delegate* unmanaged<byte*, int, nint, int, int, nint, int>)Export("MPI_Send"))(
                data,
                length,
                _byte,
                to,
                0,
                communicator
            )
        );

    /// <summary>Waits for a message of <paramref name="from"/>, and tells its length.</summary>
    public int Probe(int from, nint communicator)
    {
        byte* status = stackalloc byte[64]; // more than any library's
        int length;
        Check(((delegate* unmanaged<int, int, nint, byte*, int>)Export("MPI_Probe"))(from, 0, communicator, status));
        Check(((delegate* unmanaged<byte*, nint, int*, int>)Export("MPI_Get_count"))(status, _byte, &length));
        return length;
    }

    /// <summary>See MPI_Recv.</summary>
    public void Receive(byte* data, int length, int from, nint communicator) =>
        Check(
            ((delegate* unmanaged<byte*, int, nint, int, int, nint, nint, int>)Export("MPI_Recv"))(
                data,
                length,
                _byte,
                from,
                0,
                communicator,
                _ignoreStatus
            )
        );

    /// <summary>Ends what began with <see cref="Start"/>; all processes call it.</summary>
    public void Finish() => _ = ((delegate* unmanaged<int>)Export("MPI_Finalize"))();

    /// <summary>Ends all processes at once, those too that wait for this one.</summary>
    public void Abort(int exitCode) => _ = ((delegate* unmanaged<nint, int, int>)Export("MPI_Abort"))(World, exitCode);

    private int Number(string function, nint communicator)
    {
        int number;
        Check(((delegate* unmanaged<nint, int*, int>)Export(function))(communicator, &number));
        return number;
    }

    private void Check(int error)
    {
        if (error == 0)
        {
            return;
        }

        byte* text = stackalloc byte[ErrorText];
        int length = 0;
        _ = ((delegate* unmanaged<int, byte*, int*, int>)Export("MPI_Error_string"))(error, text, &length);
        throw new CollectiveException(
            $"{Name} failed: {Encoding.UTF8.GetString(text, Math.Clamp(length, 0, ErrorText))}"
        );
    }

    private nint Export(string name) => NativeLibrary.GetExport(_handle, name);
}
