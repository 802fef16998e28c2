namespace MegatronBridge.Storage.Files;

/// <summary>Names of files that a file tells: they must stay in the folder of that file, also through links.</summary>
public static class ContainedPath
{
    private const int MostLinks = 40; // as Linux has it

    /// <summary>The path of <paramref name="name"/> in <paramref name="folder"/>; the file need not exist.</summary>
    /// <remarks>
    /// Of links that lead out of the folder, only those of the Hugging Face cache are followed: from
    /// <c>models--X/snapshots/REVISION</c> into <c>models--X/blobs</c>.
    /// </remarks>
    /// <exception cref="BadFileException">The name is no relative path that stays inside, or a link leads out.</exception>
    public static string Combine(string folder, string name)
    {
        bool plain = name.IndexOfAny(['\\', '\0']) < 0 && !Path.IsPathRooted(name);
        if (!plain || name.Split('/').Any(part => part is "" or "." or ".."))
        {
            throw new BadFileException(
                folder,
                $"the file name '{Printable(name)}' must be relative, without '..', backslashes and NUL, so that it stays in the folder."
            );
        }

        string path = Path.Combine(folder, name);
        string realFolder = Real(folder);
        string real = Real(path);
        if (!IsInside(real, realFolder) && !(HubBlobs(realFolder) is { } blobs && IsInside(real, blobs)))
        {
            throw new BadFileException(
                path,
                $"a link leads to {real}, outside of {realFolder}. Copy the file into the folder if you trust it."
            );
        }

        return path;
    }

    /// <summary>The path without any link in it, as far as it exists.</summary>
    public static string Real(string path)
    {
        string absolute = Path.Combine(Environment.CurrentDirectory, path);
        string real = Path.GetPathRoot(absolute)!;
        Stack<string> pending = new(absolute[real.Length..].Split(Path.DirectorySeparatorChar).Reverse());
        int links = 0;
        while (pending.TryPop(out string? part))
        {
            if (part is "" or ".")
            {
                continue;
            }

            if (part == "..")
            {
                real = Path.GetDirectoryName(real) ?? real;
                continue;
            }

            string next = Path.Combine(real, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }

            if (++links > MostLinks)
            {
                throw new BadFileException(path, $"the path has more than {MostLinks} links, perhaps a circle.");
            }

            if (Path.IsPathRooted(target))
            {
                real = Path.GetPathRoot(target)!;
                target = target[real.Length..];
            }

            foreach (string inner in target.Split(Path.DirectorySeparatorChar).Reverse())
            {
                pending.Push(inner);
            }
        }

        return real;
    }

    private static bool IsInside(string path, string folder) =>
        path.StartsWith(
            Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar,
            StringComparison.Ordinal
        );

    /// <summary>Where the Hugging Face cache keeps the contents of a snapshot folder, or null for another folder.</summary>
    private static string? HubBlobs(string folder)
    {
        for (string? revision = folder; revision is not null; revision = Path.GetDirectoryName(revision))
        {
            string? snapshots = Path.GetDirectoryName(revision);
            string? model = Path.GetDirectoryName(snapshots);
            bool isCache =
                Path.GetFileName(snapshots) == "snapshots"
                && Path.GetFileName(model)?.StartsWith("models--", StringComparison.Ordinal) == true;
            if (isCache)
            {
                return Path.Combine(model!, "blobs");
            }
        }

        return null;
    }

    private static string Printable(string name) => string.Concat(name.Select(c => char.IsControl(c) ? '?' : c));
}
