using System.Collections;
using System.Diagnostics.CodeAnalysis;
using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Layout;
using MegatronBridge.Model;
using MegatronBridge.Ranks;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Checkpoints;

/// <summary>
/// The whole tensors of a model by the names that they have when it is on one rank, in the order of its modules. They are views of the
/// checkpoint's files, which are open until this is disposed: elements are read when they are asked for.
/// </summary>
public sealed class MegatronStateDict : IReadOnlyDictionary<string, TensorView>, IDisposable
{
    private readonly MegatronCheckpoint _checkpoint;
    private readonly OrderedDictionary<string, TensorView> _tensors = new(StringComparer.Ordinal);

    internal MegatronStateDict(MegatronCheckpoint checkpoint, ModelProvider provider)
    {
        _checkpoint = checkpoint;
        Provider = provider;
        ModelTable table = ModelTable.Build(provider);
        CheckpointWeights weights = CheckpointWeights.Of(checkpoint, table, provider);
        foreach (RankParameter parameter in RankTable.Build(table, provider, ParallelSizes.One, default)[0])
        {
            _tensors.Add(parameter.Name, weights.Find(parameter.Parameter)!);
        }
    }

    /// <summary>The config of the model, laid out on one rank.</summary>
    public ModelProvider Provider { get; }

    /// <inheritdoc/>
    public IEnumerable<string> Keys => _tensors.Keys;

    /// <inheritdoc/>
    public IEnumerable<TensorView> Values => _tensors.Values;

    /// <inheritdoc/>
    public int Count => _tensors.Count;

    /// <inheritdoc/>
    public TensorView this[string key] => _tensors[key];

    /// <inheritdoc/>
    public bool ContainsKey(string key) => _tensors.ContainsKey(key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out TensorView value) =>
        _tensors.TryGetValue(key, out value);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, TensorView>> GetEnumerator() => _tensors.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Closes the files; the tensors cannot be read any more.</summary>
    public void Dispose() => _checkpoint.Dispose();
}
