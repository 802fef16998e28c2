using MegatronBridge.Config;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Mapping;

/// <summary>
/// How one Megatron parameter is made of Hugging Face tensors, and they of it: two pure functions on views, each the
/// inverse of the other. Names are patterns; the Megatron side has all tensor parallel ranks together.
/// </summary>
/// <remarks>
/// A Hugging Face pattern with one star less than the Megatron one names a tensor that holds all experts, stacked along
/// its first dimension; the functions then see one expert of it.
/// </remarks>
public abstract class ParameterMapping
{
    /// <summary>
    /// Maps <paramref name="megatron"/> to <paramref name="hf"/>, where <c>{q,k,v}</c> stands for several tensors in that order.
    /// </summary>
    protected ParameterMapping(string megatron, string hf)
    {
        Megatron = new(megatron);
        Hf = [.. ExpandBraces(hf).Select(name => new NamePattern(name))];
    }

    /// <summary>Name of the Megatron parameter.</summary>
    public NamePattern Megatron { get; }

    /// <summary>Names of the Hugging Face tensors.</summary>
    public IReadOnlyList<NamePattern> Hf { get; }

    /// <summary>True when one Hugging Face tensor holds the parameters of all experts of a layer.</summary>
    public bool IsFused => Hf[0].StarCount < Megatron.StarCount;

    /// <summary>What the mapping does to the bytes, for people: <c>qkv</c>, <c>gated</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>Makes the Megatron parameter of the Hugging Face tensors, which have the shapes that <see cref="ToHf"/> gives.</summary>
    public abstract TensorView ToMegatron(ModelProvider provider, IReadOnlyList<TensorView> hf);

    /// <summary>Makes the Hugging Face tensors, in the order of <see cref="Hf"/>, of the Megatron parameter.</summary>
    public abstract IReadOnlyList<TensorView> ToHf(ModelProvider provider, TensorView megatron);

    /// <inheritdoc/>
    public override string ToString() => $"{Megatron} <- {Kind}({string.Join(", ", Hf)})";

    private static IEnumerable<string> ExpandBraces(string names)
    {
        int open = names.IndexOf('{', StringComparison.Ordinal);
        if (open < 0)
        {
            return [names];
        }

        int close = names.IndexOf('}', open);
        return names[(open + 1)..close]
            .Split(',')
            .SelectMany(choice => ExpandBraces(names[..open] + choice + names[(close + 1)..]));
    }
}
