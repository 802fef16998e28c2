using MegatronBridge.Tests.Storage.Files;

namespace MegatronBridge.Tests.Cli;

/// <summary>A folder for one test, with a copy of a small Llama in three shards.</summary>
internal sealed class SampleModel : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SampleModel()
    {
        Directory.CreateDirectory(Hf);
        string source = Path.Combine(AppContext.BaseDirectory, "Fixtures", "safetensors", "hf-sharded");
        foreach (string file in Directory.EnumerateFiles(source).Where(IsOfModel))
        {
            File.Copy(file, Path.Combine(Hf, Path.GetFileName(file)));
        }
    }

    /// <summary>Folder of the model.</summary>
    public string Hf => _folder["hf"];

    /// <summary>A path in the test's folder.</summary>
    public string this[string name] => _folder[name];

    /// <summary>All files and folders of the test, hidden ones too.</summary>
    public IReadOnlyList<string> Entries => [.. _folder.Entries];

    /// <summary>Imports the model to a path in the test's folder.</summary>
    public Task ImportAsync(string name, params string[] options) =>
        CommandRun.DoneAsync(["import", "--hf-model", Hf, "--megatron-path", this[name], .. options]);

    /// <summary>Replaces a text in one of the model's files.</summary>
    public void Edit(string name, string old, string @new)
    {
        string path = Path.Combine(Hf, name);
        string text = File.ReadAllText(path);
        Assert.Contains(old, text);
        File.WriteAllText(path, text.Replace(old, @new, StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Dispose();

    private static bool IsOfModel(string path) => Path.GetFileName(path) is not ("README" or "expected.json");
}
