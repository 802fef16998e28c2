using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Model;
using MegatronBridge.Ranks;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Checkpoints;

/// <summary>
/// The parameters of a model as a checkpoint has them, in whatever layout and spelling: all of them are there, in the shapes and types that
/// the model has, and nothing else is.
/// </summary>
internal sealed class CheckpointWeights : IParameterSource
{
    private readonly Dictionary<string, TensorView> _views = new(StringComparer.Ordinal);
    private readonly ModelProvider _provider;
    private readonly List<string> _faults = [];

    private CheckpointWeights(ModelProvider provider) => _provider = provider;

    /// <inheritdoc/>
    public IEnumerable<string> Unused => [];

    /// <summary>Finds the parameters of <paramref name="table"/>. Nothing is read yet but what headers tell.</summary>
    /// <exception cref="MappingException">Tensors are missing, surplus, or of another shape than the config says.</exception>
    public static CheckpointWeights Of(ITensorSource checkpoint, ModelTable table, ModelProvider provider)
    {
        CheckpointWeights weights = new(provider);
        CheckpointParameters found = new(checkpoint);
        foreach (ModelParameter parameter in table.Parameters)
        {
            try
            {
                weights.Add(parameter, found.Find(parameter));
            }
            catch (BadFileException e) // layers or experts of another number
            {
                weights._faults.Add(e.Message);
            }
        }

        foreach (string key in found.Unused.Where(key => !OptimizerKeys.Has(key)).Order(StringComparer.Ordinal))
        {
            weights._faults.Add($"{key} is in the checkpoint, but no parameter of the model is stored under it.");
        }

        return weights._faults.Count == 0
            ? weights
            : throw new MappingException(
                "The checkpoint does not fit the model that its config describes",
                weights._faults
            );
    }

    /// <inheritdoc/>
    public TensorView? Find(ModelParameter parameter) => _views.GetValueOrDefault(parameter.Name);

    private void Add(ModelParameter parameter, TensorView? found)
    {
        if (found is null)
        {
            _faults.Add(
                $"{parameter.Name} {parameter.Shape} is missing; looked for {parameter.Key} and its other spellings."
            );
            return;
        }

        bool isVocabulary = IsVocabulary(parameter.Name);
        bool fits =
            isVocabulary && found.Shape.Rank == parameter.Shape.Rank
                ? found.Shape.Skip(1) == parameter.Shape.Skip(1) && found.Shape[0] >= _provider.VocabSize
                : found.Shape == parameter.Shape;
        if (!fits)
        {
            string expected = isVocabulary
                ? $"{parameter.Shape}, or {_provider.VocabSize} rows or more"
                : $"{parameter.Shape}";
            _faults.Add($"{parameter.Name} should have the shape {expected}, but has {found.Shape}.");
            return;
        }

        DType dtype = MegatronModel.TypeOf(parameter, _provider);
        if (found.DType != dtype && !found.DType.CanCastTo(dtype))
        {
            _faults.Add($"{parameter.Name} should be {dtype.TorchName()}, but is {found.DType.TorchName()}.");
            return;
        }

        _views.Add(parameter.Name, (isVocabulary ? WithRows(found, parameter.Shape[0]) : found).CastTo(dtype));
    }

    // The rows behind the vocabulary are padding, of which another layout may have more or less.
    private static TensorView WithRows(TensorView tensor, long rows) =>
        tensor.Shape[0] > rows ? tensor.Slice(0, 0, rows) : tensor.PadTo(0, rows);

    /// <summary>True for what has a row for each token, and rows of padding behind them.</summary>
    internal static bool IsVocabulary(string name) =>
        name.EndsWith("embedding.word_embeddings.weight", StringComparison.Ordinal)
        || name.EndsWith("output_layer.weight", StringComparison.Ordinal)
        || name.EndsWith("output_layer.bias", StringComparison.Ordinal);
}
