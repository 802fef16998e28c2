using MegatronBridge.Config;

namespace MegatronBridge.Model;

/// <summary>
/// A Mamba-2 mixer: one projection in with all components, a convolution over x, B and C, a state-space scan, perhaps a norm, a
/// projection out. The checkpoint stores the components one by one.
/// </summary>
internal sealed record MambaMixer
{
    /// <summary>Heads.</summary>
    public required long Heads { get; init; }

    /// <summary>Channels of a head.</summary>
    public required long HeadSize { get; init; }

    /// <summary>Groups of heads that share B and C.</summary>
    public required long Groups { get; init; }

    /// <summary>Size of the state.</summary>
    public required long StateSize { get; init; }

    /// <summary>Width of the convolution's kernel.</summary>
    public long Kernel { get; init; } = 4;

    /// <summary>True when the convolution has a bias.</summary>
    public bool HasConvolutionBias { get; init; } = true;

    /// <summary>True when the output is normed before its projection.</summary>
    public bool HasNorm { get; init; } = true;

    /// <summary>The mixer that the fields of a provider describe.</summary>
    public static MambaMixer Of(ModelProvider provider)
    {
        long headSize = provider.MambaHeadDim;
        return new()
        {
            Heads = provider.MambaNumHeads ?? (2L * provider.HiddenSize / headSize), // Megatron's expand is 2
            HeadSize = headSize,
            Groups = provider.MambaNumGroups,
            StateSize = provider.MambaStateDim,
        };
    }

    /// <summary>Adds the mixer under the name <paramref name="module"/>.</summary>
    public void AddTo(TableScope scope, string module, ModelProvider provider, bool hasFusedNorm = true)
    {
        long inner = Heads * HeadSize;
        long state = Groups * StateSize;
        CutPart[] convolved = [new(inner, "x"), new(state, "B"), new(state, "C")];
        CutPart[] projected = [new(inner, "z"), .. convolved, new(Heads, "dt")];
        long convolvedRows = convolved.Sum(part => part.Rows);

        scope.Parameter($"{module}.conv1d.weight", [convolvedRows, 1, Kernel], Cut.RowParts(convolved));
        if (HasConvolutionBias)
        {
            scope.Parameter($"{module}.conv1d.bias", [convolvedRows], Cut.RowParts(convolved));
        }

        scope.Parameter($"{module}.dt_bias", [Heads], Cut.Rows);
        scope.Parameter($"{module}.A_log", [Heads], Cut.Rows);
        scope.Parameter($"{module}.D", [Heads], Cut.Rows);
        if (hasFusedNorm)
        {
            Norm.AddFused(scope, $"{module}.in_proj", provider.HiddenSize, provider);
        }

        scope.Linear(
            $"{module}.in_proj",
            [projected.Sum(part => part.Rows), provider.HiddenSize],
            Cut.RowParts(projected),
            provider.AddBiasLinear
        );
        if (HasNorm)
        {
            scope.Parameter($"{module}.norm.weight", [inner], Cut.Rows);
        }

        scope.Linear($"{module}.out_proj", [provider.HiddenSize, inner], Cut.Columns, provider.AddBiasLinear);
    }
}
