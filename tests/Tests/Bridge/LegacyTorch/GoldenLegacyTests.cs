using System.Text.Json.Nodes;
using MegatronBridge.Conversion;
using MegatronBridge.Layout;
using MegatronBridge.LegacyTorch;
using MegatronBridge.Ranks;
using MegatronBridge.Resharding;
using MegatronBridge.Storage.Checkpoints;
using MegatronBridge.Storage.HuggingFace;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Bridge.Ranks;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Bridge.LegacyTorch;

/// <summary>Legacy checkpoints of every family in every layout: what each rank gets, and that it all comes back.</summary>
public sealed class GoldenLegacyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("megatron-bridge-").FullName;

    private string Hf => Path.Combine(_folder, "hf");

    private string Megatron => Path.Combine(_folder, "megatron");

    private string Export => Path.Combine(_folder, "export");

    [Theory]
    [MemberData(nameof(GoldenCases.All), MemberType = typeof(GoldenCases))]
    public async Task A_model_goes_to_legacy_and_back_bit_by_bit(string family, string layout)
    {
        GoldenCase golden = new(family, layout);
        await GoldenFolder.WriteAsync(golden.Manifest, Hf);
        if (HasSharedFolders(golden))
        {
            LayoutException e = Assert.Throws<LayoutException>(() => Importer.Open(Options(golden)));
            Assert.Contains("must divide tensor parallel size", e.Message, StringComparison.Ordinal);
            return;
        }

        using (Importer importer = Importer.Open(Options(golden)))
        {
            await importer.RunAsync();
        }

        AssertRanks(golden);
        await AssertWholeAsync(golden);
        using (
            Exporter exporter = Exporter.Open(
                new()
                {
                    MegatronPath = Megatron,
                    HfPath = Export,
                    HfModel = Hf,
                }
            )
        )
        {
            await exporter.RunAsync();
        }

        JsonObject tensors = golden.Manifest.Hf["tensors"]!.AsObject();
        using HfFolder written = HfFolder.Open(Export);
        Assert.Equal(tensors.Select(tensor => tensor.Key).Order(), written.Names.Order());
        foreach ((string name, JsonNode? expected) in tensors)
        {
            Assert.Equal(expected!["sha256"]!.GetValue<string>(), GoldenManifest.Hash(written.Find(name)!));
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The format has no number for the rank inside an expert.</summary>
    private static bool HasSharedFolders(GoldenCase golden) =>
        golden.Sizes.Tp % golden.Sizes.Etp != 0
        && golden.Plan().Table.Parameters.Any(parameter => parameter.Expert is not null);

    /// <summary>Every file has the parameters that the rank has in the real Megatron-Bridge, in names and shapes.</summary>
    private void AssertRanks(GoldenCase golden)
    {
        if (golden.Manifest.Json["params"]![golden.Layout.Name] is not JsonObject ranks)
        {
            return;
        }

        RankGrid grid = new(golden.Sizes);
        Dictionary<RankPlace, string> folders = RankFolder
            .Of(golden.Sizes, hasExperts: false)
            .ToDictionary(folder => folder.Place, folder => folder.Name);
        using LegacyTorchCheckpoint checkpoint = LegacyTorchCheckpoint.Open(Path.Combine(Megatron, "iter_0000000"));
        foreach ((string rank, JsonNode? expected) in ranks)
        {
            string like = expected!["same_as"]?.GetValue<string>() ?? rank;
            JsonArray stages = ranks[like]!["stages"]!.AsArray();
            string folder = folders[RankPlace.Of(grid, int.Parse(rank, null))];
            LegacyRank file = checkpoint.Ranks.Single(each => each.Name == folder);
            for (int stage = 0; stage < stages.Count; stage++)
            {
                IReadOnlyDictionary<string, TensorView> model = file.Model(stages.Count > 1 ? stage : null);
                Assert.Equal(
                    GoldenRankTests
                        .Lines(stages[stage]!["params"])
                        .Concat(GoldenRankTests.Lines(stages[stage]!["buffers"]).Where(GoldenRankTests.IsSaved))
                        .Order(),
                    model
                        .Where(tensor => !tensor.Key.EndsWith("_extra_state", StringComparison.Ordinal))
                        .Select(tensor => $"{tensor.Key} {tensor.Value.Shape}")
                        .Order()
                );
            }
        }
    }

    /// <summary>Converted to torch_dist, the checkpoint has the tensors that the real Megatron-Bridge writes.</summary>
    private async Task AssertWholeAsync(GoldenCase golden)
    {
        CheckpointConversionOptions options = new()
        {
            From = Megatron,
            To = Path.Combine(_folder, "whole"),
            Sizes = ParallelSizes.One,
        };
        using (CheckpointConversion conversion = CheckpointConversion.Open(options))
        {
            ConversionReport report = await conversion.RunAsync();
            Assert.Empty(report.Ignored);
        }

        JsonObject tensors = golden.Layout.Tensors;
        using MegatronCheckpoint whole = MegatronCheckpoint.Open(options.To);
        Assert.Equal(tensors.Select(tensor => tensor.Key).Order(), whole.Names.Order());
        foreach ((string name, JsonNode? expected) in tensors)
        {
            Assert.Equal(expected!["sha256"]!.GetValue<string>(), GoldenManifest.Hash(whole.Find(name)!));
        }
    }

    private ImportOptions Options(GoldenCase golden) =>
        new()
        {
            HfModel = Hf,
            MegatronPath = Megatron,
            Format = CheckpointFormat.Torch,
            Sizes = golden.Sizes,
            Settings =
            [
                .. golden.Layout.ProviderFields.Select(field => KeyValuePair.Create(field.Key, Text(field.Value!))),
                .. new[]
                {
                    KeyValuePair.Create("should_pad_vocab", golden.Provider.ShouldPadVocab ? "true" : "false"),
                }.Where(setting => golden.Provider.Has(setting.Key)),
            ],
        };

    private static string Text(JsonNode value) =>
        value.GetValueKind() == System.Text.Json.JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString();
}
