using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MegatronBridge.Storage.Files;

/// <summary>The two calls of Linux that .NET does not offer and that crash safety and speed need; elsewhere they do nothing.</summary>
internal static partial class Posix
{
    private const int ReadOnlyAccess = 0; // O_RDONLY
    private const uint StartWriteBack = 2; // SYNC_FILE_RANGE_WRITE

    /// <summary>Waits until the names in a folder are on the disk.</summary>
    public static void FlushDirectory(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using SafeFileHandle handle = new(Open(path, ReadOnlyAccess), ownsHandle: true);
        if (handle.IsInvalid || FSync(handle) != 0)
        {
            throw new BadFileException(
                path,
                $"the folder cannot be flushed to the disk: {Marshal.GetLastPInvokeErrorMessage()}."
            );
        }
    }

    /// <summary>Begins to write a range of a file to the disk, without waiting. Best effort: the flush at the end is what counts.</summary>
    public static void BeginWriteBack(SafeFileHandle handle, long position, long count)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = SyncFileRange(handle, position, count, StartWriteBack);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(SafeFileHandle handle);

    [LibraryImport("libc", EntryPoint = "sync_file_range")]
    private static partial int SyncFileRange(SafeFileHandle handle, long offset, long count, uint flags);
}
