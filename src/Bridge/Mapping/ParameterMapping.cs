using MegatronBridge.Config;
using MegatronBridge.Model;
using MegatronBridge.Storage;
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
    private Func<ITensorSource, ModelProvider, bool>? _isFor;

    /// <summary>
    /// Maps <paramref name="megatron"/> to <paramref name="hf"/>, where <c>{q,k,v}</c> stands for several tensors in that order.
    /// </summary>
    protected ParameterMapping(string megatron, string hf)
    {
        Megatron = new(megatron);
        Hf = [.. ExpandBraces(hf).Select(name => new NamePattern(name))];
    }

    /// <summary>Name of the Megatron parameter.</summary>
    public NamePattern Megatron { get; private set; }

    /// <summary>Names of the Hugging Face tensors.</summary>
    public IReadOnlyList<NamePattern> Hf { get; private set; }

    /// <summary>True when one Hugging Face tensor holds the parameters of all experts of a layer.</summary>
    public virtual bool IsFused => Hf[0].StarCount < Megatron.StarCount;

    /// <summary>Which of several parameters that Hugging Face keeps in one tensor, stacked along its first dimension; null for a tensor of its own.</summary>
    public virtual StackAxis? Stacked => null;

    /// <summary>Which part of the Hugging Face tensor the parameter is, when several side by side make one; null when it is all of it.</summary>
    public virtual TensorPart? PartOf(ModelProvider provider) => null;

    /// <summary>What the mapping does to the bytes, for people: <c>qkv</c>, <c>gated</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>Makes the Megatron parameter of the Hugging Face tensors, which have the shapes that <see cref="ToHf"/> gives.</summary>
    public abstract TensorView ToMegatron(ModelProvider provider, IReadOnlyList<TensorView> hf);

    /// <summary>Makes the Hugging Face tensors, in the order of <see cref="Hf"/>, of the Megatron parameter.</summary>
    public abstract IReadOnlyList<TensorView> ToHf(ModelProvider provider, TensorView megatron);

    /// <summary>True when the mapping is one for this model, where names do not tell.</summary>
    public bool Suits(ITensorSource hf, ModelProvider provider) => _isFor?.Invoke(hf, provider) ?? true;

    /// <summary>The same mapping, for such models only.</summary>
    public ParameterMapping When(Func<ITensorSource, ModelProvider, bool> isFor)
    {
        ParameterMapping copy = (ParameterMapping)MemberwiseClone();
        copy._isFor = isFor;
        return copy;
    }

    /// <summary>What counts of a Hugging Face tensor, where the original has more than the config tells of; checked when it is read.</summary>
    public virtual TensorView Unpad(string name, TensorView hf, Shape expected) => hf;

    /// <summary>A Hugging Face tensor with what the original has more.</summary>
    public virtual TensorView PadLike(TensorView hf, TensorView original) => hf;

    /// <summary>Names of the Hugging Face tensors of a parameter, or null when the mapping is not for it.</summary>
    public IReadOnlyList<string>? HfNames(string megatron, ModelProvider provider)
    {
        if (Megatron.Match(megatron, out string more) is not { } numbers)
        {
            return null;
        }

        IReadOnlyList<string> names = HfNames(numbers, provider);
        return more.Length == 0 ? names : [.. names.Select(name => name + more)];
    }

    /// <summary>Names of the Hugging Face tensors of the parameter that has these <paramref name="numbers"/> in its name.</summary>
    public virtual IReadOnlyList<string> HfNames(ReadOnlySpan<int> numbers, ModelProvider provider)
    {
        string[] names = new string[Hf.Count];
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = Hf[i].Format(numbers, provider.NumLayers);
        }

        return names;
    }

    /// <summary>
    /// The same mapping in another place of the model: names begin with the second text of each pair where they begin with
    /// the first.
    /// </summary>
    /// <exception cref="ArgumentException">A name begins otherwise.</exception>
    public ParameterMapping Moved((string From, string To) megatron, (string From, string To) hf) =>
        Moved(name => Move(name, megatron), name => Move(name, hf));

    /// <summary>The same mapping under other names.</summary>
    public ParameterMapping Moved(Func<string, string> megatron, Func<string, string> hf)
    {
        ParameterMapping copy = (ParameterMapping)MemberwiseClone();
        copy.Megatron = new(megatron(Megatron.Text));
        copy.Hf = [.. Hf.Select(name => new NamePattern(hf(name.Text)))];
        return copy;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Megatron} <- {Kind}({string.Join(", ", Hf)})";

    private static string Move(string name, (string From, string To) prefix) =>
        name.StartsWith(prefix.From, StringComparison.Ordinal)
            ? prefix.To + name[prefix.From.Length..]
            : throw new ArgumentException($"{name} does not begin with {prefix.From}.", nameof(name));

    private static IEnumerable<string> ExpandBraces(string names)
    {
        int open;
        int close = -1;
        do
        {
            open = names.IndexOf('{', close + 1);
            if (open < 0)
            {
                return [names];
            }

            close = names.IndexOf('}', open);
        } while (!names.AsSpan(open, close - open).Contains(',')); // {N+*} is no choice

        return names[(open + 1)..close]
            .Split(',')
            .SelectMany(choice => ExpandBraces(names[..open] + choice + names[(close + 1)..]));
    }
}
