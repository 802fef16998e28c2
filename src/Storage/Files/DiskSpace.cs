namespace MegatronBridge.Storage.Files;

/// <summary>Room on a disk, asked before gigabytes are written in vain.</summary>
public static class DiskSpace
{
    /// <summary>Free bytes of the disk that holds, or will hold, <paramref name="path"/>.</summary>
    public static long FreeBytes(string path)
    {
        string? folder = System.IO.Path.GetFullPath(path);
        while (folder is not null && !Directory.Exists(folder))
        {
            folder = System.IO.Path.GetDirectoryName(folder);
        }

        return new DriveInfo(folder ?? path).AvailableFreeSpace;
    }

    /// <summary>Makes sure that <paramref name="neededBytes"/> fit on the disk of <paramref name="path"/>.</summary>
    /// <exception cref="BadFileException">They do not.</exception>
    public static void Require(string path, long neededBytes)
    {
        long freeBytes = FreeBytes(path);
        if (freeBytes < neededBytes)
        {
            throw new BadFileException(
                path,
                $"the disk is too small: {neededBytes} bytes are needed, {freeBytes} are free, "
                    + $"{neededBytes - freeBytes} are missing. Make room or choose another disk."
            );
        }
    }
}
