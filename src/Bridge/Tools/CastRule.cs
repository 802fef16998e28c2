using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Ranks;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tools;

/// <summary>Decides which tensors of a model get another type, and remembers it.</summary>
internal sealed class CastRule(DType target, IReadOnlyList<string> keep)
{
    private readonly HashSet<string> _found = new(StringComparer.Ordinal);
    private readonly List<KeptTensor> _kept = [];
    private readonly List<(string Name, TensorView View)> _cast = [];

    /// <summary>Tensors of other types that stay as they are.</summary>
    public IReadOnlyList<KeptTensor> Kept => _kept;

    /// <summary>Tensors that are cast, as they were.</summary>
    public IReadOnlyList<(string Name, TensorView View)> Cast => _cast;

    /// <summary>The same for reports.</summary>
    public IReadOnlyList<Cast> Casts => [.. _cast.Select(tensor => new Cast(tensor.Name, tensor.View.DType, target))];

    /// <summary>The tensor in the type that it gets.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="tensor">The tensor.</param>
    /// <param name="own">The type that it has whatever the type of the model, or null.</param>
    public TensorView Apply(string name, TensorView tensor, DType? own)
    {
        bool isAsked = false;
        foreach (string pattern in keep.Where(pattern => ShellPattern.Matches(pattern, name)))
        {
            isAsked = true;
            _found.Add(pattern);
        }

        if (tensor.DType == target)
        {
            return tensor;
        }

        string? reason =
            !tensor.DType.IsWideFloat() ? "it holds no floating-point numbers of a type that is cast"
            : isAsked ? "--keep asks for it"
            : own is { } type && type != target ? $"it is of {type.TorchName()} whatever the type of the model"
            : null;
        if (reason is not null)
        {
            _kept.Add(new(name, tensor.DType, reason));
            return tensor;
        }

        _cast.Add((name, tensor));
        return tensor.CastTo(target);
    }

    /// <summary>Refuses patterns that no tensor has.</summary>
    /// <exception cref="InvalidConfigException">There are some; all are told.</exception>
    public void RequireAll()
    {
        string[] idle = [.. keep.Where(pattern => !_found.Contains(pattern)).Select(Describe)];
        if (idle.Length > 0)
        {
            throw new InvalidConfigException(idle);
        }

        static string Describe(string pattern) =>
            $"--keep {pattern}: no tensor of the model is called so; \"*\" stands for any text.";
    }
}
