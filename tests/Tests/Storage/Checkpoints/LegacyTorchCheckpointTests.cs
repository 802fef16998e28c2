using System.Security.Cryptography;
using System.Text.Json;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Checkpoints;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch.Pickle;
using MegatronBridge.Storage.TorchDist;
using MegatronBridge.Tests.Storage.Files;
using MegatronBridge.Tests.Storage.TorchDist;

namespace MegatronBridge.Tests.Storage.Checkpoints;

public sealed class LegacyTorchCheckpointTests
{
    private const string Sample = "legacy-torch-mp_rank/iter_0000010";

    [Fact]
    public void Every_rank_has_the_tensors_that_torch_found()
    {
        using LegacyTorchCheckpoint checkpoint = LegacyTorchCheckpoint.Open(Samples.Folder(Sample));
        Assert.Equal(
            ["mp_rank_00_000", "mp_rank_00_001", "mp_rank_01_000", "mp_rank_01_001"],
            checkpoint.Ranks.Select(rank => rank.Name)
        );
        foreach (LegacyRank rank in checkpoint.Ranks)
        {
            JsonElement expected = Samples.Expected($"legacy-torch-mp_rank/{rank.Name}/model_optim_rng.pt");
            IReadOnlyDictionary<string, TensorView> model = rank.Model();
            JsonProperty[] tensors =
            [
                .. expected
                    .GetProperty("tensors")
                    .EnumerateObject()
                    .Where(tensor => tensor.Name.StartsWith("model.", StringComparison.Ordinal)),
            ];
            Assert.Equal(tensors.Length, model.Count);
            foreach (JsonProperty tensor in tensors)
            {
                TensorView view = model[tensor.Name["model.".Length..]];
                Assert.Equal(tensor.Value.GetProperty("dtype").GetString(), view.DType.TorchName());
                Assert.Equal(
                    tensor.Value.GetProperty("sha256").GetString(),
                    Convert.ToHexStringLower(SHA256.HashData(view.ToArray()))
                );
            }

            Assert.True(rank.State["iteration"].TryGetInt64(out long iteration));
            Assert.Equal(10, iteration);
        }
    }

    [Fact]
    public void The_parts_are_those_of_the_distributed_checkpoint_of_the_same_model()
    {
        using LegacyTorchCheckpoint legacy = LegacyTorchCheckpoint.Open(Samples.Folder(Sample));
        using TorchDistCheckpoint whole = TorchDistCheckpoint.Open(
            Samples.Folder("megatron-dist-commonpt/iter_0000010")
        );
        foreach (LegacyRank rank in legacy.Ranks)
        {
            (int tp, int pp) = (rank.Numbers[0], rank.Numbers[1]);
            IReadOnlyDictionary<string, TensorView> model = rank.Model();
            TensorView layer = whole.Tensor("decoder.layers.self_attention.linear_proj.weight").Index((pp * 2) + 1);
            TensorView part = layer.Slice(1, tp * layer.Shape[1] / 2, layer.Shape[1] / 2);
            Assert.Equal(part.ToArray(), model["decoder.layers.1.self_attention.linear_proj.weight"].ToArray());
        }
    }

    [Fact]
    public void Missing_ranks_files_and_stages_are_named()
    {
        using TemporaryFolder folder = new();
        foreach (string rank in new[] { "mp_rank_00_000", "mp_rank_00_001", "mp_rank_01_000" })
        {
            Directory.CreateDirectory(folder[rank]);
            File.Copy(
                Path.Combine(Samples.Folder(Sample), rank, LegacyTorchCheckpoint.FileName),
                Path.Combine(folder[rank], LegacyTorchCheckpoint.FileName)
            );
        }

        Refused(folder, "3 ranks are there, but 4 should be: every combination up to (1, 1)");
        Directory.CreateDirectory(folder["mp_rank_01_001"]);
        Refused(folder, "mp_rank_01_001: the file does not exist");
        Directory.CreateDirectory(folder["mp_rank_02"]);
        Refused(folder, "different numbers of parts");
        Directory.CreateDirectory(folder["mp_rank_x"]);
        Refused(folder, "mp_rank_x is not the name of a rank");

        using LegacyTorchCheckpoint checkpoint = LegacyTorchCheckpoint.Open(Samples.Folder(Sample));
        BadFileException e = Assert.Throws<BadFileException>(() => checkpoint.Ranks[0].Model(1));
        Assert.Contains("it has no 'model1', only 'args'", e.Message, StringComparison.Ordinal);
    }

    private static void Refused(TemporaryFolder folder, string reason)
    {
        BadFileException e = Assert.Throws<BadFileException>(() => LegacyTorchCheckpoint.Open(folder.Path));
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
    }
}
