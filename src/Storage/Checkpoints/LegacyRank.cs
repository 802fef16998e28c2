using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch;
using MegatronBridge.Storage.Torch.Pickle;

namespace MegatronBridge.Storage.Checkpoints;

/// <summary>What one model-parallel rank has saved in Megatron-LM's older format.</summary>
public sealed class LegacyRank : IDisposable
{
    private readonly InputFile _file;

    private LegacyRank(string name, int[] numbers, InputFile file)
    {
        Name = name;
        Numbers = numbers;
        _file = file;
        Source = TorchFile.Open(file);
        State = Source.Root.TryGetDict(out PickleDict? state)
            ? state
            : throw new BadFileException(file.Path, $"it should hold a dict, but holds {Source.Root}.");
    }

    /// <summary>Name of its folder, for example <c>mp_rank_01_003</c>.</summary>
    public string Name { get; }

    /// <summary>The numbers in the name: tensor rank, then pipeline rank, then expert rank; parts may be left out.</summary>
    public IReadOnlyList<int> Numbers { get; }

    /// <summary>Everything it has saved: <c>args</c>, <c>iteration</c>, <c>model</c>, <c>optimizer</c>, ...</summary>
    public PickleDict State { get; }

    /// <summary>The file, which resolves the tensors in <see cref="State"/>.</summary>
    public TorchFile Source { get; }

    /// <summary>
    /// The tensors of its part of the model by the names that modules have on this rank: layers are counted from the first
    /// of the stage, shapes are those of the tensor-parallel part.
    /// </summary>
    /// <param name="stage">Which of the virtual pipeline stages, or null when there is one only.</param>
    /// <exception cref="BadFileException">There is no such stage, or a tensor in it is damaged.</exception>
    public IReadOnlyDictionary<string, TensorView> Model(int? stage = null)
    {
        string prefix = stage is null ? "model" : $"model{stage}";
        if (State[prefix] is null)
        {
            string keys = string.Join(", ", State.Entries.Select(entry => entry.Key).Take(20));
            throw new BadFileException(_file.Path, $"it has no '{prefix}', only {keys}.");
        }

        Dictionary<string, TensorView> tensors = new(StringComparer.Ordinal);
        FaultList faults = new(_file.Path);
        foreach (NamedTensor tensor in Source.ListTensors())
        {
            if (!tensor.Name.StartsWith(prefix + ".", StringComparison.Ordinal))
            {
                continue;
            }

            if (tensor.View is null)
            {
                faults.Add($"{tensor.Name}: {tensor.Problem}");
            }
            else if (!tensors.TryAdd(tensor.Name[(prefix.Length + 1)..], tensor.View))
            {
                faults.Add($"{tensor.Name} comes twice");
            }
        }

        faults.ThrowIfAny();
        return tensors;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    internal static LegacyRank Open(string folder, int[] numbers)
    {
        InputFile file = InputFile.Open(Path.Combine(folder, LegacyTorchCheckpoint.FileName));
        try
        {
            return new(Path.GetFileName(folder), numbers, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
