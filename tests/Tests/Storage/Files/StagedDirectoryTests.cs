using MegatronBridge.Storage;
using MegatronBridge.Storage.Files;

namespace MegatronBridge.Tests.Storage.Files;

public sealed class StagedDirectoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Nothing_is_at_the_target_before_the_commit_and_everything_after()
    {
        using StagedDirectory staged = StagedDirectory.Create(_folder["model"]);
        Directory.CreateDirectory(Path.Combine(staged.Path, "inner"));
        File.WriteAllText(Path.Combine(staged.Path, "inner", "a"), "1");
        Assert.False(Directory.Exists(_folder["model"]));

        staged.Commit();
        Assert.Equal(["model", "model/inner", "model/inner/a"], _folder.Entries);
    }

    [Fact]
    public void Without_commit_nothing_is_left_not_even_the_folders_above()
    {
        using (StagedDirectory staged = StagedDirectory.Create(_folder["new/parents/model"]))
        {
            File.WriteAllText(Path.Combine(staged.Path, "a"), "1");
        }

        Assert.Empty(_folder.Entries);
    }

    [Fact]
    public void A_folder_with_contents_is_replaced_only_when_told()
    {
        Write("model/a", "old");
        Assert.Throws<BadFileException>(() => StagedDirectory.Create(_folder["model"]));
        Assert.Equal(["model", "model/a"], _folder.Entries);

        using StagedDirectory staged = StagedDirectory.Create(_folder["model/"], overwrite: true);
        File.WriteAllText(Path.Combine(staged.Path, "b"), "new");
        Assert.True(File.Exists(_folder["model/a"]));
        staged.Commit();
        Assert.Equal(["model", "model/b"], _folder.Entries);
    }

    [Fact]
    public void An_empty_folder_may_be_the_target_and_a_file_may_not()
    {
        Directory.CreateDirectory(_folder["model"]);
        using (StagedDirectory staged = StagedDirectory.Create(_folder["model"]))
        {
            staged.Commit();
        }

        Assert.Equal(["model"], _folder.Entries);
        Write("file", "");
        Assert.Throws<BadFileException>(() => StagedDirectory.Create(_folder["file"], overwrite: true));
        Assert.Throws<BadFileException>(() => StagedDirectory.Create("/", overwrite: true));
    }

    [Fact]
    public void A_link_to_a_folder_stays_a_link()
    {
        Write("real/a", "old");
        Directory.CreateSymbolicLink(_folder["link"], _folder["real"]);
        using (StagedDirectory staged = StagedDirectory.Create(_folder["link"], overwrite: true))
        {
            File.WriteAllText(Path.Combine(staged.Path, "b"), "new");
            staged.Commit();
        }

        Assert.NotNull(new DirectoryInfo(_folder["link"]).LinkTarget);
        Assert.True(File.Exists(_folder["real/b"]));
    }

    [Fact]
    public void Two_runs_do_not_write_the_same_target()
    {
        using StagedDirectory first = StagedDirectory.Create(_folder["model"]);
        File.WriteAllText(Path.Combine(first.Path, "a"), "1");
        Assert.Throws<BadFileException>(() => StagedDirectory.Create(_folder["model"], overwrite: true));
        first.Commit();
        Assert.Equal(["model", "model/a"], _folder.Entries);
    }

    [Fact]
    public void What_a_killed_run_has_left_is_cleared()
    {
        Write(".model.partial/lock", "");
        Write(".model.partial/new/inner/half", "half");
        using (StagedDirectory staged = StagedDirectory.Create(_folder["model"]))
        {
            Assert.Empty(Directory.EnumerateFileSystemEntries(staged.Path));
        }

        Assert.Empty(_folder.Entries);
    }

    [Fact]
    public void After_a_kill_between_the_two_renames_the_old_folder_comes_back()
    {
        Write(".model.partial/lock", "");
        Write(".model.partial/new/b", "new");
        Write(".model.partial/old/a", "old");
        StagedDirectory.Create(_folder["model"], overwrite: true).Dispose();
        Assert.Equal(["model", "model/a"], _folder.Entries);
    }

    [Fact]
    public void After_a_kill_during_the_last_cleaning_the_new_folder_stays()
    {
        Write(".model.partial/lock", "");
        Write(".model.partial/old/a", "old");
        Write("model/b", "new");
        StagedDirectory.Create(_folder["model"], overwrite: true).Dispose();
        Assert.Equal(["model", "model/b"], _folder.Entries);
    }

    [Fact]
    public void A_foreign_file_in_the_hidden_folder_is_not_touched()
    {
        Write(".model.partial/thesis.txt", "mine");
        BadFileException e = Assert.Throws<BadFileException>(() => StagedDirectory.Create(_folder["model"]));
        Assert.Contains("thesis.txt", e.Message, StringComparison.Ordinal);
        Assert.Equal([".model.partial", ".model.partial/thesis.txt"], _folder.Entries);
    }

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        File.WriteAllText(_folder[name], text);
    }
}
