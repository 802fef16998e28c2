namespace MegatronBridge.Tests.Storage.Files;

/// <summary>A folder that lives as long as a test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("megatron-bridge-test-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Relative paths of all files and folders, hidden ones too.</summary>
    public IEnumerable<string> Entries =>
        Directory
            .EnumerateFileSystemEntries(
                Path,
                "*",
                new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }
            )
            .Select(path => System.IO.Path.GetRelativePath(Path, path))
            .Order(StringComparer.Ordinal);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
