namespace MegatronBridge.Ranks;

/// <summary>Parameters of a fully sharded model that are gathered together.</summary>
/// <param name="Name">What their names begin with: <c>decoder.layers.3.</c>; empty for those of no other unit.</param>
/// <param name="Parameters">The parameters, in the order of the model.</param>
public sealed record ShardedUnit(string Name, IReadOnlyList<ModelTensor> Parameters)
{
    private const string Layers = ".layers.";
    private static readonly string[] Modules = ["embedding.", "output_layer."];

    /// <summary>Divides the parameters of a model as upstream does: embedding, layers, output layer, the rest.</summary>
    internal static IReadOnlyList<ShardedUnit> Of(IEnumerable<ModelTensor> parameters) =>
        [
            .. parameters
                .GroupBy(parameter => UnitOf(parameter.Name), StringComparer.Ordinal)
                .Select(unit => new ShardedUnit(unit.Key, [.. unit])),
        ];

    private static string UnitOf(string name)
    {
        int layers = name.IndexOf(Layers, StringComparison.Ordinal);
        if (layers >= 0)
        {
            return name[..(name.IndexOf('.', layers + Layers.Length) + 1)];
        }

        string? module = Array.Find(
            Modules,
            module =>
                name.StartsWith(module, StringComparison.Ordinal)
                || name.Contains("." + module, StringComparison.Ordinal)
        );
        return module is null ? "" : name[..(name.IndexOf(module, StringComparison.Ordinal) + module.Length)];
    }
}
