using System.Security.Cryptography;
using System.Text;

namespace MegatronBridge.Tests.Bridge.Hub.Server;

/// <summary>A repository of a <see cref="TestHub"/>: commits, and branches that point to them.</summary>
internal sealed class TestRepository
{
    public bool IsPrivate { get; set; }

    public bool IsGated { get; set; }

    public Dictionary<string, string> Branches { get; } = [];

    /// <summary>Files of each commit; those whose contents are LFS objects have <see cref="TestFile.IsLarge"/>.</summary>
    public Dictionary<string, SortedDictionary<string, TestFile>> Commits { get; } = [];

    /// <summary>Commits the files of a folder, by the same rules as a push would.</summary>
    public string Commit(string folder, string branch = "main") =>
        Commit(
            Directory
                .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Select(path => (Path.GetRelativePath(folder, path).Replace('\\', '/'), File.ReadAllBytes(path))),
            branch
        );

    public string Commit(IEnumerable<(string Path, byte[] Bytes)> files, string branch = "main") =>
        Commit(files.Select(file => KeyValuePair.Create(file.Path, TestFile.Of(file.Path, file.Bytes))), branch);

    /// <summary>Adds files to what the branch has.</summary>
    public string Commit(IEnumerable<KeyValuePair<string, TestFile>> files, string branch = "main")
    {
        SortedDictionary<string, TestFile> all = new(StringComparer.Ordinal);
        string? head = Branches.GetValueOrDefault(branch);
        if (head is not null)
        {
            foreach ((string path, TestFile file) in Commits[head])
            {
                all[path] = file;
            }
        }

        foreach ((string path, TestFile file) in files)
        {
            all[path] = file;
        }

        string listing = string.Join(
            '\n',
            all.Select(file => $"{file.Key} {file.Value.Etag}").Prepend($"{head} {branch}")
        );
        string commit = Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(listing)));
        Commits[commit] = all;
        Branches[branch] = commit;
        return commit;
    }

    public string? CommitOf(string revision) =>
        Branches.TryGetValue(revision, out string? commit) ? commit
        : Commits.ContainsKey(revision) ? revision
        : null;
}
