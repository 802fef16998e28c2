using System.Buffers.Binary;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch;
using MegatronBridge.Storage.Torch.Pickle;

namespace MegatronBridge.Storage.Checkpoints;

/// <summary>How far a training run has come: what Megatron-Bridge keeps in <c>train_state.pt</c>.</summary>
public sealed record TrainState
{
    /// <summary>Name of the file in the folder of an iteration.</summary>
    public const string FileName = "train_state.pt";

    /// <summary>Name of the copy in the root of a run.</summary>
    public const string LatestFileName = "latest_train_state.pt";

    private const string ArchivePrefix = "train_state"; // also in the copy

    /// <summary>Number of the iteration.</summary>
    public long Step { get; init; }

    /// <summary>Samples that the model was trained on.</summary>
    public long ConsumedTrainSamples { get; init; }

    /// <summary>Samples that were left out.</summary>
    public long SkippedTrainSamples { get; init; }

    /// <summary>Samples that it was validated on.</summary>
    public long ConsumedValidSamples { get; init; }

    /// <summary>Arithmetic done so far; single precision in the file.</summary>
    public double FloatingPointOperationsSoFar { get; init; }

    /// <summary>Whether the run trains.</summary>
    public bool DoTrain { get; init; }

    /// <summary>Whether it validates.</summary>
    public bool DoValid { get; init; }

    /// <summary>Whether it tests.</summary>
    public bool DoTest { get; init; }

    /// <summary>Reads a <c>train_state.pt</c> or the copy of one.</summary>
    /// <exception cref="BadFileException">It is damaged, or something is missing; all faults are told together.</exception>
    public static TrainState Read(string path)
    {
        using InputFile file = InputFile.Open(path);
        TorchFile torch = TorchFile.Open(file);
        if (!torch.Root.TryGetDict(out PickleDict? dict))
        {
            throw new BadFileException(path, $"it should hold a dict, but holds {torch.Root}.");
        }

        FaultList faults = new(path);
        byte[] Value(string name, params ReadOnlySpan<DType> dtypes)
        {
            TensorView? tensor = torch.FindTensor(dict[name]);
            if (tensor is { Shape.Rank: 0 } && dtypes.Contains(tensor.DType))
            {
                return [.. tensor.ToArray(), .. new byte[sizeof(long)]];
            }

            string found = tensor?.ToString() ?? dict[name]?.ToString() ?? "nothing";
            faults.Add($"'{name}' should be a {dtypes[0].TorchName()} without dimensions, but is {found}");
            return new byte[sizeof(long)];
        }

        long Count(string name) => BinaryPrimitives.ReadInt64LittleEndian(Value(name, DType.I64));
        bool Flag(string name) => Value(name, DType.Bool)[0] != 0;
        byte[] flops = Value("floating_point_operations_so_far", DType.F32, DType.F64);

        TrainState state = new()
        {
            Step = Count("step"),
            ConsumedTrainSamples = Count("consumed_train_samples"),
            SkippedTrainSamples = Count("skipped_train_samples"),
            ConsumedValidSamples = Count("consumed_valid_samples"),
            FloatingPointOperationsSoFar =
                flops.Length == sizeof(float) + sizeof(long)
                    ? BinaryPrimitives.ReadSingleLittleEndian(flops)
                    : BinaryPrimitives.ReadDoubleLittleEndian(flops),
            DoTrain = Flag("do_train"),
            DoValid = Flag("do_valid"),
            DoTest = Flag("do_test"),
        };
        faults.ThrowIfAny();
        return state;
    }

    /// <summary>The file, byte for byte as Megatron-Bridge writes it; the copy in the root is the same.</summary>
    /// <param name="name">Its path in the folder that is being written.</param>
    public FileLayout Layout(string name)
    {
        PickleDict dict = new(
            ("step", Tensor(Step)),
            ("consumed_train_samples", Tensor(ConsumedTrainSamples)),
            ("skipped_train_samples", Tensor(SkippedTrainSamples)),
            ("consumed_valid_samples", Tensor(ConsumedValidSamples)),
            ("floating_point_operations_so_far", Tensor((float)FloatingPointOperationsSoFar)),
            ("do_train", Tensor(DoTrain)),
            ("do_valid", Tensor(DoValid)),
            ("do_test", Tensor(DoTest))
        );
        return new TorchFileLayout(new TorchLayout(ArchivePrefix, dict)) { Name = name };
    }

    private static TensorValue Tensor(long value)
    {
        byte[] bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return new(new MemoryView(DType.I64, [], bytes));
    }

    private static TensorValue Tensor(float value)
    {
        byte[] bytes = new byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        return new(new MemoryView(DType.F32, [], bytes));
    }

    private static TensorValue Tensor(bool value) =>
        new(new MemoryView(DType.Bool, [], new byte[] { (byte)(value ? 1 : 0) }));
}
