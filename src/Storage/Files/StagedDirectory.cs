using Microsoft.Win32.SafeHandles;

namespace MegatronBridge.Storage.Files;

/// <summary>
/// A folder that appears whole or not at all. It is written in a hidden folder beside its final place, on the same file
/// system; <see cref="Commit"/> brings it to the disk and renames it. Without commit, nothing is left of it.
/// </summary>
/// <remarks>
/// The hidden folder <c>.NAME.partial</c> holds <c>lock</c> (held by the running process), <c>new</c> (what is being
/// written) and, for the moment of an overwriting commit, <c>old</c> (what was there). What a killed run has left is
/// cleared by the next run with the same target; an <c>old</c> without a target is put back first.
/// </remarks>
public sealed class StagedDirectory : IDisposable
{
    private readonly bool _overwrite;
    private readonly string _parent;
    private readonly string _staging;
    private readonly string _old;
    private readonly List<string> _newParents;
    private readonly SafeFileHandle _lock;

    private StagedDirectory(string target, bool overwrite)
    {
        Target = target;
        _overwrite = overwrite;
        _parent = System.IO.Path.GetDirectoryName(target)!;
        _staging = System.IO.Path.Combine(_parent, $".{System.IO.Path.GetFileName(target)}.partial");
        _old = System.IO.Path.Combine(_staging, "old");
        Path = System.IO.Path.Combine(_staging, "new");
        _newParents = MakeStaging();
        _lock = Lock();
    }

    /// <summary>The final place.</summary>
    public string Target { get; }

    /// <summary>The folder to write into until the commit.</summary>
    public string Path { get; }

    private string LockPath => System.IO.Path.Combine(_staging, "lock");

    /// <summary>Makes an empty folder that will become <paramref name="target"/>.</summary>
    /// <param name="target">May exist as an empty folder, or, with <paramref name="overwrite"/>, as any folder.</param>
    /// <param name="overwrite">Whether a folder that is there is replaced by the commit.</param>
    /// <exception cref="BadFileException">The target may not be replaced, or another run is writing it.</exception>
    public static StagedDirectory Create(string target, bool overwrite = false)
    {
        string full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(target));
        if (new DirectoryInfo(full) is { LinkTarget: not null } link)
        {
            full = link.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
        }

        RefuseMountPoint(full);
        CheckTarget(full, overwrite);
        StagedDirectory staged = new(full, overwrite);
        try
        {
            staged.Recover();
            CheckTarget(full, overwrite);
            Directory.CreateDirectory(staged.Path);
            return staged;
        }
        catch
        {
            staged.Dispose();
            throw;
        }
    }

    /// <summary>Refuses a folder that is a mount point: nothing can be renamed to it.</summary>
    /// <param name="path">A path without links.</param>
    /// <exception cref="BadFileException">It is one.</exception>
    public static void RefuseMountPoint(string path)
    {
        if (DriveInfo.GetDrives().Any(drive => drive.RootDirectory.FullName == path))
        {
            throw new BadFileException(
                path,
                $"a folder that is a mount point cannot be replaced. Choose one inside it: {System.IO.Path.Combine(path, "model")}"
            );
        }
    }

    /// <summary>Writes a small file; <paramref name="name"/> is relative and may name folders.</summary>
    public void WriteFile(string name, ReadOnlySpan<byte> bytes)
    {
        string path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }

    /// <summary>Copies a file of any size.</summary>
    public void CopyFile(string source, string name)
    {
        string path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);

        // Not File.Copy: the copy of a read-only file must be writable to be flushed and replaced.
        using FileStream from = File.OpenRead(source);
        using FileStream to = new(path, FileMode.CreateNew);
        from.CopyTo(to);
    }

    /// <summary>Brings everything to the disk and moves it to its final place, in the stead of what was there.</summary>
    public void Commit()
    {
        CheckTarget(Target, _overwrite);
        FlushTree(Path);
        if (Directory.Exists(Target))
        {
            Directory.Move(Target, _old);
            Posix.FlushDirectory(_staging);
        }

        Directory.Move(Path, Target);
        Posix.FlushDirectory(_parent);
        _newParents.ForEach(folder => Posix.FlushDirectory(System.IO.Path.GetDirectoryName(folder)!));
        Dispose();
    }

    /// <summary>Removes everything that is not at its final place.</summary>
    public void Dispose()
    {
        if (_lock.IsClosed)
        {
            return;
        }

        Recover();
        File.Delete(LockPath);
        _lock.Dispose();
        foreach (string folder in (string[])[_staging, .. _newParents])
        {
            if (!Directory.EnumerateFileSystemEntries(folder).Any())
            {
                Directory.Delete(folder);
            }
        }
    }

    private static void CheckTarget(string target, bool overwrite)
    {
        if (File.Exists(target))
        {
            throw new BadFileException(target, "a file of this name exists. Choose another folder.");
        }

        if (!overwrite && Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any())
        {
            throw new BadFileException(target, "the folder exists and is not empty. Choose another, or overwrite it.");
        }
    }

    private static void FlushTree(string folder)
    {
        foreach (string path in Directory.EnumerateFiles(folder))
        {
            using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
            RandomAccess.FlushToDisk(file);
        }

        foreach (string inner in Directory.EnumerateDirectories(folder))
        {
            FlushTree(inner);
        }

        Posix.FlushDirectory(folder);
    }

    /// <summary>Makes the hidden folder; returns the folders above it that had to be made for it, innermost first.</summary>
    private List<string> MakeStaging()
    {
        List<string> missing = [];
        for (string folder = _parent; !Directory.Exists(folder); folder = System.IO.Path.GetDirectoryName(folder)!)
        {
            missing.Add(folder);
        }

        try
        {
            Directory.CreateDirectory(_staging);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadFileException(Target, $"the folder cannot be made: {e.Message}", e);
        }

        string? foreign = Directory
            .EnumerateFileSystemEntries(_staging)
            .FirstOrDefault(path => System.IO.Path.GetFileName(path) is not ("lock" or "new" or "old"));
        return foreign is null
            ? missing
            : throw new BadFileException(foreign, $"is in the way of writing {Target} safely. Move it elsewhere.");
    }

    private SafeFileHandle Lock()
    {
        try
        {
            return File.OpenHandle(LockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadFileException(Target, "another run is writing this folder. Wait for its end.", e);
        }
    }

    /// <summary>Clears what a killed run, or this one, has left; a target that was moved aside comes back.</summary>
    private void Recover()
    {
        if (Directory.Exists(_old) && !Directory.Exists(Target))
        {
            Directory.Move(_old, Target);
            Posix.FlushDirectory(_parent);
        }

        foreach (string folder in (ReadOnlySpan<string>)[Path, _old])
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }
}
