using MegatronBridge.Model;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Conversion;

/// <summary>Where the parameters of a Megatron model are: in a checkpoint, or in the memory of its ranks.</summary>
public interface IParameterSource
{
    /// <summary>What it has that no parameter was found under so far.</summary>
    IEnumerable<string> Unused { get; }

    /// <summary>The contents of a whole parameter, or null when it is not there.</summary>
    TensorView? Find(ModelParameter parameter);
}
