using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch;
using MegatronBridge.Storage.Torch.Pickle;
using MegatronBridge.Storage.TorchDist;
using MegatronBridge.Tests.Storage.Files;

namespace MegatronBridge.Tests.Storage.TorchDist;

public sealed class TorchDistPlanTests
{
    public static TheoryData<string> MegatronSamples => [.. Samples.Megatron];

    [Theory]
    [MemberData(nameof(MegatronSamples))]
    public async Task What_Megatron_wrote_is_written_again_byte_for_byte(string sample)
    {
        string folder = Samples.Folder(sample);
        RecordedPlans recorded = new(folder);
        using TorchDistCheckpoint checkpoint = TorchDistCheckpoint.Open(folder);
        List<IReadOnlyList<SaveItem>> ranks = [];
        for (int rank = 0; rank < recorded.Plans.Count; rank++)
        {
            List<SaveItem> items = recorded.Items(
                rank,
                (key, box, _) => checkpoint.Tensor(key).Slice(box),
                key => checkpoint.Object(key)
            );
            ranks.Add(items);
        }

        int filesPerRank = File.Exists(Path.Combine(folder, "__0_1.distcp")) ? 2 : 1;
        TorchDistPlan plan = TorchDistPlan.Create(ranks, recorded.CheckpointId, filesPerRank, recorded.SaveId);
        using TemporaryFolder output = new();
        await TransferEngine.RunAsync(
            [.. plan.DataFiles, plan.Index, plan.Marker],
            output.Path,
            TransferOptions.Default
        );
        string[] written = [.. Directory.GetFiles(output.Path).Select(path => Path.GetFileName(path))];
        Assert.Equal(Directory.GetFiles(folder, "*.distcp").Length + 2, written.Length);
        foreach (string name in written)
        {
            // Older versions also said who wrote common.pt.
            if (name != "metadata.json" || !File.Exists(Path.Combine(folder, "common.pt")))
            {
                Assert.Equal(File.ReadAllBytes(Path.Combine(folder, name)), File.ReadAllBytes(output[name]));
            }
        }
    }
}
