using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Adapters;

/// <summary>The tensors of a folder of peft, put together by what they adapt and held against the config.</summary>
internal sealed class PeftModules
{
    private readonly PeftConfig _config;
    private readonly List<string> _faults;
    private readonly OrderedDictionary<string, TensorView?[]> _modules = new(StringComparer.Ordinal); // A, B, magnitude

    /// <summary>Sorts the tensors; what does not fit is added to the faults.</summary>
    public PeftModules(PeftConfig config, IEnumerable<KeyValuePair<string, TensorView>> tensors, List<string> faults)
    {
        _config = config;
        _faults = faults;
        Sort(tensors);
        Packed = [.. TakePacked()];
        Updates = [.. OfLayers()];
    }

    /// <summary>The updates of layers.</summary>
    public IReadOnlyList<LowRankUpdate> Updates { get; }

    /// <summary>The matrices of parameters that pack experts.</summary>
    public IReadOnlyList<PackedMatrices> Packed { get; }

    private void Sort(IEnumerable<KeyValuePair<string, TensorView>> all)
    {
        foreach ((string name, TensorView view) in all)
        {
            if (PeftNames.Parse(name) is not var (module, kind))
            {
                _faults.Add($"{name} {view.Shape} is no tensor of an adapter that is known here.");
                continue;
            }

            if (!_modules.TryGetValue(module, out TensorView?[]? tensors))
            {
                _modules.Add(module, tensors = new TensorView?[3]);
            }

            if (tensors[kind] is not null)
            {
                _faults.Add($"{name} {view} is there twice, in an older and a newer spelling.");
            }

            if (!view.DType.IsWideFloat())
            {
                _faults.Add($"{name} {view} is of a type that cannot be computed with; BF16, F16, F32 and F64 can.");
            }

            tensors[kind] = view;
        }
    }

    /// <summary>Takes out the matrices of parameters that pack experts: those of several of a module lie in each other.</summary>
    private IEnumerable<PackedMatrices> TakePacked()
    {
        foreach (
            var ofModule in _modules
                .Keys.Select(name => (Name: name, Place: PeftNames.Unwrap(name)))
                .GroupBy(one => one.Place.Module)
                .ToArray()
        )
        {
            string[] parameters = [.. _config.ParametersOf(ofModule.Key)];
            string[] names = [.. ofModule.OrderByDescending(one => one.Place.Depth).Select(one => one.Name)];
            if (
                names.Length == 1
                && ofModule.First().Place.Depth == 0
                && (parameters.Length == 0 || _config.NamesLayer(ofModule.Key))
            )
            {
                continue;
            }

            if (names.Length != parameters.Length || ofModule.Max(one => one.Place.Depth) >= names.Length)
            {
                _faults.Add(
                    $"{ofModule.Key} has matrices for {names.Length} parameters, but target_parameters names {parameters.Length} of it."
                );
            }

            foreach ((string name, string parameter) in names.Zip(parameters))
            {
                if (Fault($"{ofModule.Key}.{parameter}", _modules[name], isPacked: true) is { } fault)
                {
                    _faults.Add(fault);
                    continue;
                }

                yield return new(
                    ofModule.Key,
                    parameter,
                    _modules[name][0]!,
                    _modules[name][1]!,
                    (int)_config.RankOf($"{ofModule.Key}.{parameter}"),
                    _config.ScaleOf($"{ofModule.Key}.{parameter}")
                );
            }

            foreach (string name in names)
            {
                _modules.Remove(name);
            }
        }
    }

    private IEnumerable<LowRankUpdate> OfLayers()
    {
        foreach ((string module, TensorView?[] tensors) in _modules)
        {
            if (Fault(module, tensors) is { } fault)
            {
                _faults.Add(fault);
                continue;
            }

            yield return new()
            {
                Weight = module + ".weight",
                A = tensors[0]!,
                B = tensors[1]!,
                Magnitude = tensors[2],
                Scale = _config.ScaleOf(module),
            };
        }
    }

    private string? Fault(string module, TensorView?[] tensors, bool isPacked = false)
    {
        if (tensors is not [{ } a, { } b, var magnitude])
        {
            return $"{module} has {(tensors[0] is null ? "no lora_A" : "no lora_B")}.";
        }

        if (a.Shape.Rank != 2 || b.Shape.Rank != 2 || a.Shape[0] != b.Shape[1])
        {
            return $"{module} has lora_A {a.Shape} and lora_B {b.Shape}, which cannot be multiplied.";
        }

        if (isPacked ? a.Shape[0] % _config.RankOf(module) != 0 : a.Shape[0] != _config.RankOf(module))
        {
            return $"{module} has the rank {a.Shape[0]}, but {PeftConfig.FileName} says {_config.RankOf(module)}.";
        }

        if (!isPacked && !_config.Targets(module))
        {
            return $"{module} has tensors, but {PeftConfig.FileName} does not name it among its modules, so that peft would leave it alone.";
        }

        return (magnitude is not null) != _config.UsesDora
                ? $"{module} has {(magnitude is null ? "no" : "a")} lora_magnitude_vector, but use_dora is {(_config.UsesDora ? "true" : "false")}."
            : magnitude is not null && magnitude.Shape != new Shape(b.Shape[0])
                ? $"{module} has lora_magnitude_vector {magnitude.Shape} beside lora_B {b.Shape}."
            : null;
    }
}
