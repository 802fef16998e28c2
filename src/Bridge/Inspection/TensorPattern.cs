using MegatronBridge.Mapping;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Inspection;

/// <summary>Tensors whose names differ in numbers only: those of all layers, or of all experts of all layers.</summary>
/// <param name="Text">The name with a star for each number: <c>model.layers.*.mlp.experts.*.up_proj.weight</c>.</param>
/// <param name="Names">Their names.</param>
/// <param name="Shape">The shape of the first one.</param>
public sealed record TensorPattern(string Text, IReadOnlyList<string> Names, Shape Shape)
{
    /// <summary>Collects the tensors of a model by pattern, in the order of the patterns' names.</summary>
    public static IReadOnlyList<TensorPattern> Of(ITensorSource source) =>
        [
            .. source
                .Names.GroupBy(Collapse, StringComparer.Ordinal)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => new TensorPattern(group.Key, [.. group], source.Find(group.First())!.Shape)),
        ];

    /// <summary>The name with a star for each part that is a number.</summary>
    public static string Collapse(string name) =>
        string.Join('.', name.Split('.').Select(part => IsNumber(part) ? "*" : part));

    /// <summary>The same of a family's pattern, in which numbers may count on from the decoder's layers.</summary>
    internal static string Collapse(NamePattern pattern) =>
        Collapse(pattern.Text.Replace("{N+*}", "*", StringComparison.Ordinal));

    /// <summary>True when tensors of this pattern may be of a collapsed pattern of a family, which may end in <c>**</c>.</summary>
    internal bool IsOf(string collapsed) =>
        collapsed.EndsWith("**", StringComparison.Ordinal)
            ? Text.StartsWith(collapsed.AsSpan(0, collapsed.Length - 2), StringComparison.Ordinal)
            : Text == collapsed;

    private static bool IsNumber(string part) => part.Length > 0 && part.All(char.IsAsciiDigit);
}
