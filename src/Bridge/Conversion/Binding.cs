using MegatronBridge.Config;
using MegatronBridge.Families;
using MegatronBridge.Mapping;
using MegatronBridge.Model;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Conversion;

/// <summary>A parameter of the model table, the mapping that makes it, and the Hugging Face tensors by name.</summary>
public sealed record Binding
{
    /// <summary>The Megatron parameter.</summary>
    public required ModelParameter Parameter { get; init; }

    /// <summary>The config that the parameter's layer is built from.</summary>
    public required ModelProvider Provider { get; init; }

    /// <summary>The mapping.</summary>
    public required ParameterMapping Mapping { get; init; }

    /// <summary>Names of the Hugging Face tensors, in the mapping's order.</summary>
    public required IReadOnlyList<string> HfNames { get; init; }

    /// <summary>Which slice of tensors that hold several parameters, and of how many; null for tensors of their own.</summary>
    public StackAxis? Fused { get; init; }

    /// <summary>Which part of a tensor that several parameters make together; null for tensors of their own.</summary>
    public TensorPart? Part { get; init; }

    /// <summary>How many parameters make the tensor together.</summary>
    public int ShareCount => Fused?.Count ?? Part?.Sizes.Count ?? 1;

    /// <summary>The place of this one among them.</summary>
    public int ShareIndex => Fused?.Index ?? Part?.Index ?? 0;

    /// <summary>What of a tensor is this parameter's.</summary>
    public TensorView ShareOf(TensorView tensor) =>
        Fused is { } axis ? tensor.Index(axis.Index)
        : Part is { } part ? tensor.Slice(part.Axis, part.Offset, part.Size)
        : tensor;

    /// <summary>The tensor that all parameters make together.</summary>
    public TensorView Join(IReadOnlyList<TensorView> shares) =>
        Part is { } part ? TensorViews.Concat(part.Axis, shares) : TensorViews.Stack(shares);

    /// <summary>
    /// Joins a family's mappings with a model table: every parameter must have one. Of several for a parameter, that counts which
    /// finds all its tensors in the Hugging Face model, the most if several do; or else the first.
    /// </summary>
    /// <exception cref="MappingException">Some have none.</exception>
    public static IReadOnlyList<Binding> Bind(
        Family family,
        ModelProvider provider,
        ModelTable table,
        ITensorSource? hf = null
    )
    {
        List<Binding> bindings = [];
        List<string> faults = [];
        MappingLookup mappings = new(family);
        foreach (ModelParameter parameter in table.Parameters)
        {
            if (Find(mappings.For(parameter.Name), provider, parameter, hf) is { } binding)
            {
                bindings.Add(binding);
            }
            else
            {
                faults.Add(
                    $"{parameter.Name} {parameter.Shape}: the family {family.Architecture} has no mapping for it."
                );
            }
        }

        return faults.Count == 0
            ? bindings
            : throw new MappingException("Parameters of the model that nothing is mapped to", faults);
    }

    /// <summary>
    /// The shapes that the Hugging Face tensors must have: what the mapping would make of the parameter, without its values.
    /// </summary>
    public IReadOnlyList<Shape> HfShapes()
    {
        IEnumerable<Shape> shapes = Mapping
            .ToHf(Provider, new ZeroView(DType.BF16, Parameter.Shape))
            .Select(view => view.Shape);
        return
        [
            .. shapes.Select(shape =>
                Fused is { } axis ? shape.Prepend(axis.Count)
                : Part is { } part ? shape.With(part.Axis, part.Sizes.Sum())
                : shape
            ),
        ];
    }

    private static Binding? Find(
        IEnumerable<ParameterMapping> mappings,
        ModelProvider provider,
        ModelParameter parameter,
        ITensorSource? hf
    )
    {
        Binding? first = null;
        Binding? found = null;
        foreach (ParameterMapping mapping in mappings)
        {
            if (mapping.HfNames(parameter.Name, provider) is not { } names)
            {
                continue;
            }

            Binding binding = new()
            {
                Parameter = parameter,
                Provider = parameter.LayerProvider ?? provider,
                Mapping = mapping,
                HfNames = names,
                Fused = mapping.IsFused ? parameter.Axes[^1] : mapping.Stacked,
                Part = mapping.PartOf(parameter.LayerProvider ?? provider),
            };
            if (hf is null)
            {
                return binding;
            }

            first ??= binding;
            if (HasAll(hf, names) && mapping.Suits(hf, provider) && !(found?.HfNames.Count >= binding.HfNames.Count))
            {
                found = binding;
            }
        }

        return found ?? first;
    }

    private static bool HasAll(ITensorSource hf, IReadOnlyList<string> names)
    {
        foreach (string name in names)
        {
            if (hf.Find(name) is null)
            {
                return false;
            }
        }

        return true;
    }
}
