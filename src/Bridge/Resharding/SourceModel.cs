using MegatronBridge.Model;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Resharding;

/// <summary>The parameters of a model in a checkpoint that is to be converted, and what else is in it.</summary>
internal sealed class SourceModel
{
    private readonly Dictionary<string, SpelledParameter> _parameters = new(StringComparer.Ordinal);

    private SourceModel(IReadOnlyList<string> others) => Others = others;

    /// <summary>False when the weights are no longer those that the optimizer's state belongs to.</summary>
    public bool KeepsOptimizer { get; private init; } = true;

    /// <summary>All parameters, in the order of the table.</summary>
    public IEnumerable<SpelledParameter> Parameters => _parameters.Values;

    /// <summary>Keys of the tensors that are no parameters: the state of an optimizer.</summary>
    public IReadOnlyList<string> Others { get; }

    /// <summary>Finds the parameters of a table. Nothing is read yet but what headers tell.</summary>
    /// <exception cref="MappingException">Tensors are missing, surplus, or of another shape than the config says.</exception>
    public static SourceModel Of(ITensorSource checkpoint, ModelTable table)
    {
        List<string> faults = [];
        HashSet<string> unused = [.. checkpoint.Names];
        List<SpelledParameter> found = [];
        foreach (ModelParameter parameter in table.Parameters)
        {
            if (SpelledParameter.Find(checkpoint, parameter, faults) is { } spelled)
            {
                found.Add(spelled);
                unused.ExceptWith(spelled.Spelling.Keys);
            }
        }

        string[] others = [.. checkpoint.Names.Where(unused.Contains)];
        faults.AddRange(
            others
                .Where(key => !Conversion.OptimizerKeys.Has(key))
                .Select(key => $"{key} is in the checkpoint, but no parameter of the model is stored under it.")
        );
        if (faults.Count > 0)
        {
            throw new MappingException("The checkpoint does not fit the model that its config describes", faults);
        }

        SourceModel model = new(others);
        foreach (SpelledParameter spelled in found)
        {
            model._parameters.Add(spelled.Parameter.Name, spelled);
        }

        return model;
    }

    /// <summary>The same model with other weights, and without the state of an optimizer.</summary>
    public SourceModel WithWeights(Func<ModelParameter, TensorView, TensorView> change)
    {
        SourceModel model = new([]) { KeepsOptimizer = false };
        foreach ((string name, SpelledParameter spelled) in _parameters)
        {
            model._parameters.Add(name, spelled with { View = change(spelled.Parameter, spelled.View) });
        }

        return model;
    }

    /// <summary>The whole contents of a parameter.</summary>
    public TensorView View(ModelParameter parameter) => _parameters[parameter.Name].View;
}
