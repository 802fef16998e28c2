using MegatronBridge.Model;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch;
using MegatronBridge.Storage.Torch.Pickle;

namespace MegatronBridge.LegacyTorch;

/// <summary>What the files of a legacy checkpoint are made of.</summary>
internal sealed record LegacyContents
{
    /// <summary>The extra state of a module of Transformer Engine as long as no FP8 is used.</summary>
    public static readonly PickleValue Empty = new TensorValue(new ZeroView(DType.U8, [0]));

    /// <summary>The whole contents of a parameter.</summary>
    public required Func<ModelParameter, TensorView> View { get; init; }

    /// <summary>The extra state of a module: empty as long as no FP8 is used.</summary>
    public Func<ModelObject, PickleValue> State { get; init; } = entry => entry.IsNone ? PickleValue.None : Empty;

    /// <summary>What stands in every file before the model: arguments, version, iteration.</summary>
    public IReadOnlyList<(string Name, PickleValue Value)> Head { get; init; } = [];

    /// <summary>What stands in every file behind the model.</summary>
    public IReadOnlyList<(string Name, PickleValue Value)> Tail { get; init; } = [];

    /// <summary>The file that <see cref="Head"/> and <see cref="Tail"/> were read from, when there are tensors in them.</summary>
    public TorchFile? Source { get; init; }
}
