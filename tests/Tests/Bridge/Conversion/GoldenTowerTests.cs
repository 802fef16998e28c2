using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Families;
using MegatronBridge.Model;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Bridge.Config;
using MegatronBridge.Tests.Bridge.Families;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Bridge.Conversion;

/// <summary>
/// Models with a tower whose size upstream fixes at 630 million parameters, held against the real Megatron-Bridge: names, shapes, chunks,
/// objects and config of everything, contents of what is small and of one layer.
/// </summary>
public sealed class GoldenTowerTests
{
    private const long LargestToMake = 1 << 20; // elements

    public static TheoryData<string, string> Layouts => GoldenCases.TowerLayouts;

    [Theory]
    [MemberData(nameof(Layouts))]
    public void The_provider_is_that_of_the_real_bridge(string family, string layout) =>
        new GoldenProviderTests().The_provider_of_a_golden_model_agrees_with_upstream_in_every_field(family, layout);

    [Theory]
    [MemberData(nameof(Layouts))]
    public void The_provider_tells_its_family(string family, string layout) =>
        new FamilyRecognitionTests().The_provider_tells_its_family(family, layout);

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Chunks_objects_and_items_are_those_of_the_real_bridge(string family, string layout)
    {
        new GoldenImportTests().Every_tensor_is_stored_in_the_chunks_of_the_real_bridge(family, layout);
        new GoldenImportTests().The_objects_are_those_of_the_real_bridge(family, layout);
        new GoldenExportTests().Every_rank_writes_as_many_items_as_with_the_real_bridge(family, layout);
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void The_tensors_are_those_of_the_real_bridge(string family, string layout)
    {
        GoldenCase golden = new(family, layout);
        ImportPlan plan = golden.Plan();
        IEnumerable<string> keys = plan
            .Parameters.SelectMany(parameter => ParameterChunk.Cut(parameter.Binding.Parameter, golden.Sizes))
            .Select(chunk => chunk.Key);
        Assert.Equal(golden.Layout.Tensors.Select(tensor => tensor.Key).Order(), keys.Distinct().Order());

        JsonObject tensors = golden.Layout.Tensors;
        AssembledCheckpoint checkpoint = new(plan, golden.Sizes);
        Assert.InRange(checkpoint.Hollow.Count, 1, 6);
        foreach (string key in checkpoint.Names.Except(checkpoint.Hollow))
        {
            JsonNode expected = tensors[key]!;
            TensorView tensor = checkpoint.Find(key)!;
            Assert.Equal(expected["dtype"]!.GetValue<string>(), tensor.DType.SafetensorsName());
            Assert.Equal(expected["sha256"]!.GetValue<string>(), GoldenManifest.Hash(tensor));
        }
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void The_export_is_the_model_that_went_in(string family, string layout)
    {
        GoldenCase golden = new(family, layout);
        ITensorSource original = golden.Manifest.HfTensors();
        ExportPlan export = ExportPlan.Create(
            new StackedCheckpoint(golden.Plan()),
            golden.Family,
            golden.Provider,
            original
        );
        JsonObject tensors = golden.Manifest.Json["export"]!["tensors"]!.AsObject();
        Assert.Equal(tensors.Select(tensor => tensor.Key).Order(), export.Names.Order());
        foreach ((string name, TensorView view) in export.Tensors)
        {
            JsonNode expected = tensors[name]!;
            Assert.Equal(expected["dtype"]!.GetValue<string>(), view.DType.SafetensorsName());
            Assert.Equal(Elements(expected), view.Shape.ElementCount);
            bool isOfLastBlock = name.Contains("blocks.31.", StringComparison.Ordinal) && layout == "tp1pp1";
            if (view.Shape.ElementCount <= LargestToMake || isOfLastBlock)
            {
                Assert.Equal(expected["sha256"]!.GetValue<string>(), GoldenManifest.Hash(view));
            }
        }
    }

    [Theory]
    [InlineData("nemotron_vl")]
    [InlineData("nemotron_omni")]
    public void On_the_base_of_its_source_the_config_comes_back_unchanged(string family) =>
        new GoldenHfConfigTests().On_the_base_of_its_source_the_config_comes_back_unchanged(family);

    [Fact]
    public void A_model_that_only_sees_images_has_neither_sound_nor_an_embedder_for_video()
    {
        JsonObject config = new GoldenCase("nemotron_omni", "tp1pp1").Config.Json;
        config["sound_config"] = null;
        config["vision_config"] = new JsonObject();
        HfConfig hf = new(config);
        ModelProvider provider = FamilyList.Of(hf).ToProvider(hf);
        provider.Complete();
        Assert.DoesNotContain(
            ModelTable.Build(provider).Parameters,
            parameter =>
                parameter.Name.Contains("sound", StringComparison.Ordinal)
                || parameter.Name.Contains("video", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Experts_under_the_old_name_make_an_omni_model_with_the_old_token_numbers()
    {
        JsonObject config = new GoldenCase("nemotron_omni", "tp1pp1").Config.Json;
        config["architectures"] = new JsonArray("NemotronH_Nano_VL_V2");
        HfConfig hf = new(config);
        ModelProvider provider = FamilyList.Of(hf).ToProvider(hf);
        provider.Complete();
        Assert.Equal("NemotronOmniModelProvider", provider.Schema.Name);
        Assert.Equal(19L, provider["img_start_token_id"]);
        Assert.Same(NemotronOmni.Early, FamilyRecognition.Of(provider));
    }

    private static long Elements(JsonNode tensor) =>
        tensor["shape"]!.AsArray().Aggregate(1L, (product, size) => product * size!.GetValue<long>());
}
