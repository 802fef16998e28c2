using MegatronBridge.Model;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Conversion;

/// <summary>A piece of a parameter and its contents, in the shape in which a checkpoint stores it.</summary>
public sealed record PlannedChunk(ParameterChunk Chunk, TensorView View) : ShardItem
{
    /// <inheritdoc/>
    public override ModelEntry Entry => Chunk.Parameter;

    /// <summary>The piece of <paramref name="parameter"/>, which is whole.</summary>
    public static PlannedChunk Of(ParameterChunk chunk, TensorView parameter) =>
        new(chunk, parameter.Slice(chunk.InParameter).Reshape(chunk.InKey.Sizes));
}
