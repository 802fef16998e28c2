namespace MegatronBridge.Storage.Torch.Pickle;

/// <summary>The name of a Python class, function or constant. It is only ever a name here.</summary>
public sealed class PickleGlobal : PickleValue
{
    /// <summary>Names <paramref name="name"/> of <paramref name="module"/>.</summary>
    public PickleGlobal(string module, string name)
        : this(new PickleText(module), new PickleText(name)) { }

    internal PickleGlobal(PickleText module, PickleText name)
    {
        ModuleText = Adopt(module);
        NameText = Adopt(name);
    }

    /// <summary>For example <c>torch.distributed.checkpoint.metadata</c>, as it stands in the file.</summary>
    public string Module => ModuleText.Value;

    /// <summary>For example <c>Metadata</c>; with dots when nested.</summary>
    public string Name => NameText.Value;

    /// <summary>For example <c>torch.bfloat16</c>.</summary>
    public string FullName => $"{Module}.{Name}";

    // Since protocol 4 both parts are values of their own, which other names of the same module share.
    internal PickleText ModuleText { get; }

    internal PickleText NameText { get; }

    /// <summary>True for this name; Python 2's <c>__builtin__</c> and Python 3's <c>builtins</c> are the same.</summary>
    public bool Is(string module, string name) =>
        Name == name && (Module == module || (module == "builtins" && Module == "__builtin__"));
}
