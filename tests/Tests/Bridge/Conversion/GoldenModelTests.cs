using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Families;
using MegatronBridge.Layout;
using MegatronBridge.Storage;
using MegatronBridge.Tests.Bridge.Families;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Bridge.Conversion;

/// <summary>Models that the real Megatron-Bridge cannot convert, so that their manifests have no layouts: here they go there and back.</summary>
public sealed class GoldenModelTests
{
    // Megatron has biases in all linear layers of a Llama or in none, and so refuses those that have some.
    public static TheoryData<string> WithoutLayouts =>
        [
            .. GoldenCases
                .Families.Where(family => !GoldenManifest.Load(family).Layouts.Any())
                .Except(["llama-attention-bias", "llama-mlp-bias"]),
        ];

    [Theory]
    [MemberData(nameof(WithoutLayouts))]
    public void What_upstream_cannot_convert_comes_back_bit_for_bit(string name)
    {
        GoldenManifest manifest = GoldenManifest.Load(name);
        ITensorSource model = manifest.HfTensors();
        HfConfig config = new(manifest.Hf["config"]!.DeepClone().AsObject());
        Family family = FamilyList.Of(config);
        ModelProvider provider = family.ToProvider(config, model.Names);
        provider.Complete();
        ImportPlan import = ImportPlan.Create(model, family, provider);

        ExportPlan export = ExportPlan.Create(
            new AssembledCheckpoint(import, ParallelSizes.One),
            family,
            provider,
            model
        );
        JsonObject expected = manifest.Hf["tensors"]!.AsObject();
        Assert.Equal(expected.Select(tensor => tensor.Key).Order(), export.Names.Order());
        foreach ((string tensor, JsonNode? entry) in expected)
        {
            Assert.Equal(entry!["sha256"]!.GetValue<string>(), GoldenManifest.Hash(export.Tensors[tensor]));
        }
    }
}
