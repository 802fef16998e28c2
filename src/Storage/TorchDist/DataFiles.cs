using System.Collections.Concurrent;
using MegatronBridge.Storage.Files;

namespace MegatronBridge.Storage.TorchDist;

/// <summary>The data files of a checkpoint's folder, each opened once, and none outside of the folder.</summary>
internal sealed class DataFiles(string directory) : IDisposable
{
    private readonly string _root = RealPath(Path.GetFullPath(directory));
    private readonly ConcurrentDictionary<string, InputFile> _files = new(StringComparer.Ordinal);

    /// <summary>Checks that the items of <paramref name="index"/> lie inside files of the folder.</summary>
    public void Check(TorchDistIndex index, FaultList faults)
    {
        HashSet<string> refused = [];
        foreach (StoredTensor tensor in index.Tensors)
        {
            foreach (StoredChunk chunk in tensor.Chunks)
            {
                Check(tensor.Key, chunk.Place, refused, faults);
            }
        }

        foreach ((string key, ItemPlace place) in index.Objects)
        {
            Check(key, place, refused, faults);
        }
    }

    /// <summary>A file that the check has accepted.</summary>
    public InputFile Get(string relativePath) => _files.GetOrAdd(relativePath, Open);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (InputFile file in _files.Values)
        {
            file.Dispose();
        }
    }

    private void Check(string key, ItemPlace place, HashSet<string> refused, FaultList faults)
    {
        if (refused.Contains(place.File))
        {
            return;
        }

        if (!IsPlain(place.File))
        {
            refused.Add(place.File);
            faults.Add($"{key}: its file '{place.File}' is not named by a path inside the folder");
            return;
        }

        try
        {
            InputFile file = Get(place.File);
            if (place.Length > file.Length - place.Offset)
            {
                faults.Add($"{key}: {place} should be in a file of {file.Length} bytes, which is incomplete");
            }
        }
        catch (BadFileException e)
        {
            refused.Add(place.File);
            faults.Add($"{key}: {e.Path}: {e.Fault.TrimEnd('.')}");
        }
    }

    /// <summary>True for a relative path of ordinary names.</summary>
    private static bool IsPlain(string path) =>
        path.IndexOfAny(['\\', ':', '\0']) < 0 && path.Split('/').All(name => name is not ("" or "." or ".."));

    private InputFile Open(string relativePath)
    {
        string path = Path.Combine(_root, relativePath);
        string real = RealPath(path);
        if (!real.StartsWith(_root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw new BadFileException(
                path,
                $"a link leads out of the folder, to {real}. Put the file itself into the folder."
            );
        }

        return InputFile.Open(path);
    }

    /// <summary>The path with all links replaced by what they lead to.</summary>
    private static string RealPath(string path)
    {
        string root = Path.GetPathRoot(path)!;
        string real = root;
        foreach (string name in path[root.Length..].Split(Path.DirectorySeparatorChar))
        {
            string next = Path.Combine(real, name);
            try
            {
                FileSystemInfo? target = File.ResolveLinkTarget(next, returnFinalTarget: true);
                real = target is null ? next : RealPath(target.FullName);
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                real = next;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new BadFileException(next, $"the link cannot be followed: {e.Message}", e);
            }
        }

        return real;
    }
}
