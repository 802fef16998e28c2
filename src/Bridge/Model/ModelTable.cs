using MegatronBridge.Config;

namespace MegatronBridge.Model;

/// <summary>
/// Every parameter and object of a Megatron model, from its config alone, in the order of its modules. The mapping says
/// how each is made; the two must agree before a byte moves.
/// </summary>
public sealed class ModelTable
{
    private readonly List<ModelEntry> _entries = [];

    private ModelTable() { }

    /// <summary>All parameters and objects.</summary>
    public IReadOnlyList<ModelEntry> Entries => _entries;

    /// <summary>All parameters.</summary>
    public IEnumerable<ModelParameter> Parameters => _entries.OfType<ModelParameter>();

    /// <summary>All objects.</summary>
    public IEnumerable<ModelObject> Objects => _entries.OfType<ModelObject>();

    /// <summary>Lists the parameters of a model.</summary>
    /// <exception cref="Layout.LayoutException">The layers do not divide over the pipeline.</exception>
    /// <exception cref="UnsupportedModelException">A part of the model is of a kind that is not known.</exception>
    public static ModelTable Build(ModelProvider provider)
    {
        ModelTable table = new();
        TableScope scope = new(table);
        foreach (ModelPart part in provider.Schema.Parts)
        {
            part(scope, provider);
        }

        return table;
    }

    internal void Add(ModelEntry entry) => _entries.Add(entry);
}
