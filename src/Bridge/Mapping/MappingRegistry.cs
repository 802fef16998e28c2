using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Families;
using MegatronBridge.Model;
using MegatronBridge.Storage;

namespace MegatronBridge.Mapping;

/// <summary>The mappings of a model, to be looked up by the names of either side.</summary>
public sealed class MappingRegistry
{
    private readonly IReadOnlyList<ParameterMapping> _rows;
    private readonly Dictionary<string, ResolvedMapping> _byMegatron = new(StringComparer.Ordinal);
    private readonly ILookup<string, ResolvedMapping> _byHf;

    private MappingRegistry(IReadOnlyList<ParameterMapping> rows, IEnumerable<Binding> bindings)
    {
        _rows = rows;
        foreach (Binding binding in bindings)
        {
            string name = binding.Parameter.Name;
            _byMegatron.Add(name, new(binding.Mapping, name, binding.HfNames));
        }

        _byHf = _byMegatron
            .Values.SelectMany(resolved => resolved.HfParams.Select(name => (Name: name, Resolved: resolved)))
            .ToLookup(entry => entry.Name, entry => entry.Resolved, StringComparer.Ordinal);
    }

    /// <summary>Every parameter of the model with its mapping, in the order of the model.</summary>
    public IReadOnlyCollection<ResolvedMapping> Resolved => _byMegatron.Values;

    /// <summary>The mappings of a model.</summary>
    /// <param name="family">Its family.</param>
    /// <param name="provider">Its completed config.</param>
    /// <param name="hf">Its weights, which decide between spellings, or null.</param>
    /// <exception cref="MappingException">A parameter has no mapping.</exception>
    public static MappingRegistry Of(Family family, ModelProvider provider, ITensorSource? hf = null) =>
        new(family.Parameters, Binding.Bind(family, provider, ModelTable.Build(provider), hf));

    /// <summary>All rows of the family, in their order; some have no parameter in this model.</summary>
    public IReadOnlyList<ParameterMapping> GetAllMappings() => _rows;

    /// <summary>
    /// The rows of which a name, of either side, fits: that of a parameter or tensor, or a pattern in which <c>*</c> stands for anything.
    /// </summary>
    public IReadOnlyList<ParameterMapping> GetMappingsByPattern(string pattern) =>
        [
            .. _rows.Where(row =>
                row.Hf.Prepend(row.Megatron)
                    .Any(name => name.Match(pattern) is not null || Wildcard.IsMatch(name.Text, pattern))
            ),
        ];

    /// <summary>How a Megatron parameter is made, by its name in the whole model; null when the model has none of that name.</summary>
    public ResolvedMapping? MegatronToHfLookup(string megatronParam) => _byMegatron.GetValueOrDefault(megatronParam);

    /// <summary>
    /// The Megatron parameters that a Hugging Face tensor goes into, in the order of the model: one, or all experts of a layer; none for a
    /// name that the model does not use.
    /// </summary>
    public IReadOnlyList<ResolvedMapping> HfToMegatronLookup(string hfParam) => [.. _byHf[hfParam]];

    /// <summary>The rows, one a line.</summary>
    public override string ToString() => string.Join('\n', _rows);
}
