using System.Globalization;
using MegatronBridge.Storage.Torch.Pickle;

namespace MegatronBridge.Storage.Torch;

/// <summary>Finds all tensors in a graph of values, which may share parts and even contain itself.</summary>
internal sealed class TensorWalk(string file, TensorBuilder tensors)
{
    // Where parts are shared, there can be far more paths than values.
    private const int MostPaths = 1 << 22;

    private readonly List<NamedTensor> _found = [];
    private readonly HashSet<PickleValue> _above = new(ReferenceEqualityComparer.Instance);
    private int _paths;

    /// <summary>All tensors at and below <paramref name="root"/>, in the order of the file.</summary>
    public IReadOnlyList<NamedTensor> Run(PickleValue root)
    {
        Visit("", root);
        return _found;
    }

    private void Visit(string path, PickleValue value)
    {
        if (++_paths > MostPaths || _above.Count > PickleValue.MaxDepth)
        {
            throw new BadFileException(
                file,
                $"the values nest deeper than {PickleValue.MaxDepth} levels, or on more than {MostPaths} paths, at '{path}'."
            );
        }

        if (!IsTensor(path, value) && value.Depth > 0 && _above.Add(value))
        {
            VisitParts(path, value);
            _above.Remove(value);
        }
    }

    private bool IsTensor(string path, PickleValue value)
    {
        try
        {
            if (tensors.Find(value) is not { } view)
            {
                return false;
            }

            _found.Add(new(path, view, null));
        }
        catch (BadFileException e)
        {
            _found.Add(new(path, null, e.Fault));
        }

        return true;
    }

    private void VisitParts(string path, PickleValue value)
    {
        switch (value)
        {
            case PickleList list:
                VisitItems(path, list.Items);
                break;
            case PickleTuple tuple:
                VisitItems(path, tuple.Items);
                break;
            case PickleSet set:
                VisitItems(path, set.Items);
                break;
            case PickleDict dict:
                VisitEntries(path, dict);
                break;
            case PickleObject it:
                VisitItems(path, it.Arguments.Items);
                VisitItems(path, it.Items);
                VisitEntries(path, it.Entries);
                if (it.TryGetAttributes(out PickleDict? attributes))
                {
                    VisitEntries(path, attributes);
                }
                else if (it.State is not null)
                {
                    Visit(path, it.State);
                }

                break;
        }
    }

    private void VisitItems(string path, IReadOnlyList<PickleValue> items)
    {
        for (int i = 0; i < items.Count; i++)
        {
            Visit(Join(path, i.ToString(CultureInfo.InvariantCulture)), items[i]);
        }
    }

    private void VisitEntries(string path, PickleDict dict)
    {
        foreach ((PickleValue key, PickleValue value) in dict.Entries)
        {
            Visit(Join(path, key.TryGetText(out string? text) ? text : $"{key}"), value);
        }
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
