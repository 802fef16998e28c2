namespace MegatronBridge.Adapters;

/// <summary>
/// Names of layers as a program has them in memory, such as <c>model.language_model.layers.0</c>, where the files of the model say
/// <c>language_model.model.layers.0</c>: the library peft names what it adapts as it is in memory, and transformers changed that over time.
/// </summary>
internal sealed class MemoryNames
{
    // Modules around all others, which have no weights of their own.
    private static readonly string[] Around = ["model.", "language_model.", "backbone."];

    private readonly Dictionary<string, HashSet<string>> _places = new(StringComparer.Ordinal);

    private MemoryNames(IEnumerable<string> files)
    {
        foreach (string name in files)
        {
            int inner = InnerOf(name);
            string first = FirstOf(name[inner..]);
            if (!_places.TryGetValue(first, out HashSet<string>? places))
            {
                _places.Add(first, places = new(StringComparer.Ordinal));
            }

            places.Add(name[..inner]);
        }
    }

    /// <summary>The adapter with the names of the files, where a model has one place only that can be meant.</summary>
    /// <param name="adapter">An adapter as a folder of peft has it.</param>
    /// <param name="files">Names of the tensors in the files of the model.</param>
    public static AdapterSet Resolve(AdapterSet adapter, IEnumerable<string> files)
    {
        MemoryNames names = new(files);
        return adapter with
        {
            Updates = [.. adapter.Updates.Select(update => update with { Weight = names.InFiles(update.Weight) })],
            Packed = [.. adapter.Packed.Select(packed => packed with { Module = names.InFiles(packed.Module) })],
        };
    }

    private string InFiles(string name)
    {
        int inner = InnerOf(name);
        return
            _places.TryGetValue(FirstOf(name[inner..]), out HashSet<string>? places)
            && !places.Contains(name[..inner])
            && places.Count == 1
            ? places.First() + name[inner..]
            : name;
    }

    private static int InnerOf(string name)
    {
        int inner = 0;
        while (Array.Find(Around, module => name.AsSpan(inner).StartsWith(module)) is { } module)
        {
            inner += module.Length;
        }

        return inner;
    }

    private static string FirstOf(string name) => name.IndexOf('.') is > 0 and var dot ? name[..dot] : name;
}
