using MegatronBridge.Storage;
using MegatronBridge.Storage.Files;

namespace MegatronBridge.Conversion;

/// <summary>Decides whether a folder may become the output of a conversion.</summary>
internal static class OutputFolder
{
    /// <summary>
    /// Refuses a target inside the source or around it, a mount point, and one that exists, unless it is to be overwritten and
    /// has nothing in it but what such a conversion makes.
    /// </summary>
    public static void Check(string target, string source, bool overwrite, Func<string, bool> isOurs)
    {
        string targetPath = ContainedPath.Real(target);
        string sourcePath = ContainedPath.Real(source);
        if (IsSameOrInside(targetPath, sourcePath) || IsSameOrInside(sourcePath, targetPath))
        {
            throw new BadFileException(
                target,
                $"the output may not be inside the input {source}, nor around it. Choose another folder."
            );
        }

        Check(target, overwrite, isOurs);
    }

    /// <summary>As for a conversion, of a target whose source is not a folder.</summary>
    public static void Check(string target, bool overwrite, Func<string, bool> isOurs)
    {
        string targetPath = ContainedPath.Real(target);
        StagedDirectory.RefuseMountPoint(targetPath);
        if (!Directory.Exists(targetPath) || !Directory.EnumerateFileSystemEntries(targetPath).Any())
        {
            return;
        }

        if (!overwrite)
        {
            throw new BadFileException(
                target,
                "the folder exists and is not empty. Choose another one, or give --overwrite."
            );
        }

        List<string> foreign =
        [
            .. Directory
                .EnumerateFileSystemEntries(targetPath)
                .Select(path => Path.GetFileName(path))
                .Where(name => !isOurs(name))
                .Order(StringComparer.Ordinal),
        ];
        if (foreign.Count > 0)
        {
            throw new BadFileException(
                target,
                $"the folder has things that no such conversion makes: {string.Join(", ", foreign.Take(5))}"
                    + $"{(foreign.Count > 5 ? $" and {foreign.Count - 5} more" : "")}. --overwrite would delete them; choose another folder."
            );
        }
    }

    /// <summary>Makes sure that the files, and those that are copied beside them, fit on the disk.</summary>
    public static void RequireSpace(string target, IEnumerable<FileLayout> files, IEnumerable<string> copied) =>
        DiskSpace.Require(target, files.Sum(file => file.Length) + copied.Sum(path => new FileInfo(path).Length));

    private static bool IsSameOrInside(string path, string folder) =>
        path == folder || path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
