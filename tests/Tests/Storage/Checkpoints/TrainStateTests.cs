using MegatronBridge.Storage;
using MegatronBridge.Storage.Checkpoints;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch;
using MegatronBridge.Storage.Torch.Pickle;
using MegatronBridge.Tests.Storage.Files;
using MegatronBridge.Tests.Storage.TorchDist;

namespace MegatronBridge.Tests.Storage.Checkpoints;

public sealed class TrainStateTests
{
    [Fact]
    public async Task The_file_of_a_conversion_is_written_byte_for_byte()
    {
        using TemporaryFolder folder = new();
        await Write(new TrainState().Layout("iter_0000000/train_state.pt"), folder);
        string real = Path.Combine(Samples.Folder("bridge-save"), "iter_0000000", TrainState.FileName);
        Assert.Equal(File.ReadAllBytes(real), File.ReadAllBytes(folder["iter_0000000/train_state.pt"]));
        Assert.Equal(new TrainState(), TrainState.Read(real));
        Assert.Equal(
            new TrainState(),
            TrainState.Read(Path.Combine(Samples.Folder("bridge-handmade"), TrainState.LatestFileName))
        );
    }

    [Fact]
    public async Task What_is_written_is_read_again()
    {
        TrainState state = new()
        {
            Step = long.MaxValue,
            ConsumedTrainSamples = 1,
            SkippedTrainSamples = -2,
            ConsumedValidSamples = 1L << 40,
            FloatingPointOperationsSoFar = 1.5e20f,
            DoTrain = true,
            DoTest = true,
        };
        using TemporaryFolder folder = new();
        await Write(state.Layout("a.pt"), folder);
        Assert.Equal(state, TrainState.Read(folder["a.pt"]));
    }

    [Fact]
    public async Task Everything_that_is_missing_or_of_another_type_is_named()
    {
        PickleDict dict = new(
            ("step", 5),
            ("consumed_train_samples", new TensorValue(new ZeroView(DType.F32, []))),
            ("skipped_train_samples", new TensorValue(new ZeroView(DType.I64, [1]))),
            ("consumed_valid_samples", new TensorValue(new ZeroView(DType.I64, []))),
            ("floating_point_operations_so_far", new TensorValue(new ZeroView(DType.F64, []))),
            ("do_train", new TensorValue(new ZeroView(DType.Bool, [])))
        );
        using TemporaryFolder folder = new();
        await Write(new TorchFileLayout(new TorchLayout("x", dict)) { Name = "x.pt" }, folder);
        BadFileException e = Assert.Throws<BadFileException>(() => TrainState.Read(folder["x.pt"]));
        string[] expected =
        [
            "5 faults",
            "'step' should be a int64 without dimensions, but is 5",
            "'consumed_train_samples' should be a int64 without dimensions, but is F32 []",
            "'skipped_train_samples' should be a int64 without dimensions, but is I64 [1]",
            "'do_valid' should be a bool without dimensions, but is nothing",
            "'do_test' should be a bool",
        ];
        Assert.All(expected, part => Assert.Contains(part, e.Message, StringComparison.Ordinal));
    }

    private static Task<TransferResult> Write(FileLayout layout, TemporaryFolder folder) =>
        TransferEngine.RunAsync([layout], folder.Path, TransferOptions.Default);
}
