namespace MegatronBridge.Ranks;

/// <summary>A scope in which tensors that data-parallel ranks share out are whole on all of them.</summary>
internal sealed class GatherScope : IDisposable
{
    private readonly List<IDisposable> _scopes;

    public GatherScope(IEnumerable<ModelTensor> tensors) =>
        _scopes = [.. tensors.Select(tensor => tensor.Gather()).OfType<IDisposable>()];

    /// <inheritdoc/>
    public void Dispose() => _scopes.ForEach(scope => scope.Dispose());
}
