using MegatronBridge.Conversion;
using MegatronBridge.Inspection;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Storage.Files;
using MegatronBridge.Tests.Storage.TorchDist;

namespace MegatronBridge.Tests.Bridge.LegacyTorch;

/// <summary>Legacy checkpoints as a source, held against the torch_dist checkpoint that Megatron wrote of the same model.</summary>
public sealed class JoinedRanksTests
{
    private static readonly string Legacy = Samples.Folder("legacy-torch-mp_rank");
    private static readonly string TorchDist = Samples.Folder("megatron-dist-commonpt");

    [Fact]
    public void The_joined_tensors_are_those_of_the_torch_dist_checkpoint()
    {
        using MegatronCheckpoint legacy = MegatronCheckpoint.Open(Legacy);
        using MegatronCheckpoint expected = MegatronCheckpoint.Open(TorchDist);
        Assert.Equal(expected.Names.Order(), legacy.Names.Order());
        foreach (string name in expected.Names)
        {
            TensorView view = expected.Find(name)!;
            Assert.Equal((view.DType, view.Shape), (legacy.Find(name)!.DType, legacy.Find(name)!.Shape));
            Assert.Equal(view.ToArray(), legacy.Find(name)!.ToArray());
        }

        Assert.Null(legacy.Find("decoder.layers.0.input_layernorm.weight"));
        Assert.Null(legacy.Index);
        Assert.Equal((2, 2), (legacy.RecordedSizes()!.Tp, legacy.RecordedSizes()!.Pp));
    }

    [Fact]
    public async Task Compare_and_inspect_see_the_whole_model()
    {
        using Checkpoint legacy = Checkpoint.Open(Legacy);
        using Checkpoint expected = Checkpoint.Open(TorchDist);
        CheckpointDifference difference = await CheckpointComparison.RunAsync(legacy, expected);
        Assert.False(difference.IsMapped);
        Assert.Empty(difference.Result.Differences);
        Assert.Equal(expected.Model!.Obstacle, legacy.Model!.Obstacle);
        Assert.Equal(expected.Model.Faults, legacy.Model.Faults);
        Assert.Equal(expected.ParameterCount, legacy.ParameterCount);
        CheckpointTensor layers = legacy.Tensors.Single(tensor =>
            tensor.Name.EndsWith("qkv.weight", StringComparison.Ordinal)
        );
        Assert.Equal(["mp_rank_00_000", "mp_rank_00_001", "mp_rank_01_000", "mp_rank_01_001"], layers.Files.Order());
    }

    [Fact]
    public async Task An_export_is_that_of_the_torch_dist_checkpoint_and_names_the_optimizer_that_it_leaves_out()
    {
        using TemporaryFolder folder = new();
        foreach ((string source, string target) in new[] { (Legacy, "legacy"), (TorchDist, "whole") })
        {
            using Exporter exporter = Exporter.Open(new() { MegatronPath = source, HfPath = folder[target] });
            ConversionReport report = await exporter.RunAsync(cancellation: TestContext.Current.CancellationToken);
            Assert.Equal(
                source == Legacy
                    ?
                    [
                        "mp_rank_00_000/optimizer",
                        "mp_rank_00_001/optimizer",
                        "mp_rank_01_000/optimizer",
                        "mp_rank_01_001/optimizer",
                    ]
                    : [],
                report.Ignored.Select(entry => entry.Name)
            );
        }

        using Checkpoint left = Checkpoint.Open(folder["legacy"]);
        using Checkpoint right = Checkpoint.Open(folder["whole"]);
        Assert.Empty((await CheckpointComparison.RunAsync(left, right)).Result.Differences);
        Assert.Throws<MappingException>(() =>
            Exporter.Open(
                new()
                {
                    MegatronPath = Legacy,
                    HfPath = folder["strict"],
                    Strict = true,
                }
            )
        );
    }

    [Fact]
    public void Ranks_that_are_missing_or_do_not_belong_are_named_all_at_once()
    {
        using TemporaryFolder folder = new();
        Copy(folder, "mp_rank_00_000", "mp_rank_00_000");
        Copy(folder, "mp_rank_00_001", "mp_rank_00_001");
        MappingException e = Assert.Throws<MappingException>(() => MegatronCheckpoint.Open(folder.Path));
        Assert.Contains(e.Faults, fault => fault == "mp_rank_01_000 is missing; the layout is TP 2, PP 2.");
        Assert.Contains(e.Faults, fault => fault == "mp_rank_01_001 is missing; the layout is TP 2, PP 2.");

        foreach (string name in (string[])["mp_rank_00_002", "mp_rank_01_000", "mp_rank_01_001", "mp_rank_01_002"])
        {
            Copy(folder, "mp_rank_00_000", name);
        }

        e = Assert.Throws<MappingException>(() => MegatronCheckpoint.Open(folder.Path));
        Assert.Contains(
            e.Faults,
            fault => fault.StartsWith("mp_rank_01_002 belongs to no rank", StringComparison.Ordinal)
        );
        Assert.Contains(e.Faults, fault => fault == "mp_rank_01_001: decoder.final_layernorm.weight [16] is missing.");
        Assert.Contains(
            e.Faults,
            fault => fault == "mp_rank_01_001: embedding.word_embeddings.weight [32, 16] is no parameter of the model."
        );
        using Checkpoint inspected = Checkpoint.Open(folder.Path);
        Assert.Equal("by the names of the folders", inspected.Layout!.Source);
        Assert.Equal(e.Faults, inspected.Model!.Faults);
        Assert.Contains(
            inspected.Tensors,
            tensor => tensor.Name.StartsWith("mp_rank_00_000/model.", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Ranks_that_disagree_are_refused_by_name()
    {
        using TemporaryFolder folder = new();
        foreach (string name in (string[])["mp_rank_00_000", "mp_rank_00_001", "mp_rank_01_000", "mp_rank_01_001"])
        {
            Copy(folder, name, name);
        }

        // The norms are vectors of ones and a little; find one in the file of a rank that only has a copy.
        string path = folder["mp_rank_01_001/model_optim_rng.pt"];
        byte[] bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        using (MegatronCheckpoint whole = MegatronCheckpoint.Open(folder.Path))
        {
            byte[] norm = whole.Find("decoder.final_layernorm.weight")!.ToArray();
            bytes[bytes.AsSpan().IndexOf(norm)] ^= 1;
        }

        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);
        using Checkpoint left = Checkpoint.Open(folder.Path);
        using Checkpoint right = Checkpoint.Open(Legacy);
        MappingException e = await Assert.ThrowsAsync<MappingException>(() =>
            CheckpointComparison.RunAsync(left, right)
        );
        Assert.Equal(
            [
                "decoder.final_layernorm.weight on mp_rank_01_001 differs from what mp_rank_00_001 has of the same parameter.",
            ],
            e.Faults
        );
    }

    [Fact]
    public void Ranks_of_old_versions_and_of_other_iterations_are_refused()
    {
        using TemporaryFolder folder = new();
        foreach (string name in (string[])["mp_rank_00_000", "mp_rank_00_001", "mp_rank_01_000", "mp_rank_01_001"])
        {
            Copy(folder, name, name);
        }

        string path = folder["mp_rank_01_000/model_optim_rng.pt"];
        byte[] bytes = File.ReadAllBytes(path);
        int version = After(bytes, "checkpoint_version"u8, (byte)'G');
        bytes.AsSpan(version, 8).Clear();
        bytes[version] = 0x40; // 2.0
        bytes[After(bytes, "iteration"u8, (byte)'K')] = 20;
        File.WriteAllBytes(path, bytes);
        MappingException e = Assert.Throws<MappingException>(() => MegatronCheckpoint.Open(folder.Path));
        Assert.Equal(2, e.Faults.Count);
        Assert.StartsWith(
            "mp_rank_01_000: checkpoint_version is 2, not 3 or more",
            e.Faults[0],
            StringComparison.Ordinal
        );
        Assert.Equal("mp_rank_01_000 is of iteration 20, but mp_rank_00_000 of 10.", e.Faults[1]);
    }

    /// <summary>Where the operand of an operation stands behind a text of the pickle.</summary>
    private static int After(byte[] bytes, ReadOnlySpan<byte> text, byte operation)
    {
        int at = bytes.AsSpan().IndexOf(text) + text.Length;
        return at + bytes.AsSpan(at).IndexOf(operation) + 1;
    }

    private static void Copy(TemporaryFolder folder, string rank, string name)
    {
        Directory.CreateDirectory(folder[name]);
        File.Copy(
            Path.Combine(Legacy, "iter_0000010", rank, "model_optim_rng.pt"),
            Path.Combine(folder[name], "model_optim_rng.pt"),
            overwrite: true
        );
    }
}
