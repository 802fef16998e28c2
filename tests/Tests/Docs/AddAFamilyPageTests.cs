using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Families;
using MegatronBridge.Layout;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Bridge.Families;

namespace MegatronBridge.Tests.Docs;

/// <summary>The example on the page is a family that works: the file beside this one.</summary>
public sealed class AddAFamilyPageTests
{
    private static readonly string[] OfALayer =
    [
        "input_layernorm.bias",
        "input_layernorm.weight",
        "mlp.down_proj.weight",
        "mlp.gate_proj.weight",
        "mlp.up_proj.weight",
        "post_attention_layernorm.bias",
        "post_attention_layernorm.weight",
        "self_attn.k_proj.bias",
        "self_attn.k_proj.weight",
        "self_attn.o_proj.weight",
        "self_attn.q_proj.bias",
        "self_attn.q_proj.weight",
        "self_attn.v_proj.bias",
        "self_attn.v_proj.weight",
    ];

    private static SmallModel Model => SmallModel.Of(StableLm.Family, JsonNode.Parse(StableLmModel.Config)!.AsObject());

    [Fact]
    public void The_example_on_the_page_is_the_file_that_is_compiled_here() =>
        Assert.Contains(
            $"```csharp\n{Repository.Read("samples/Guide/StableLm.cs")}```",
            Repository.Read("docs/add-a-family.md"),
            StringComparison.Ordinal
        );

    [Fact]
    public void It_has_the_tensors_that_transformers_writes() =>
        Assert.Equal(
            new[] { 0, 1 }
                .SelectMany(layer => OfALayer.Select(name => $"model.layers.{layer}.{name}"))
                .Concat(["lm_head.weight", "model.embed_tokens.weight", "model.norm.bias", "model.norm.weight"])
                .Order(StringComparer.Ordinal),
            Model.Names.Order(StringComparer.Ordinal)
        );

    [Fact]
    public void They_come_back_bit_for_bit_from_every_layout()
    {
        SmallModel model = Model;
        foreach (ParallelSizes sizes in (ParallelSizes[])[ParallelSizes.One, new() { Tp = 2, Pp = 2 }])
        {
            ImportPlan import = model.Import(sizes);
            ExportPlan export = ExportPlan.Create(
                new AssembledCheckpoint(import, sizes),
                StableLm.Family,
                model.Provider
            );
            Assert.Equal(model.Names.Order(StringComparer.Ordinal), export.Names.Order(StringComparer.Ordinal));
            Assert.All(model.Names, name => Assert.Equal(model.Find(name)!.ToArray(), export.Tensors[name].ToArray()));
        }
    }

    [Fact]
    public void Its_config_comes_back()
    {
        HfConfig source = new(JsonNode.Parse(StableLmModel.Config)!.AsObject());
        Assert.Empty(source.Differences(StableLm.Family.ToHf(Model.Provider, source)));
        Assert.Equal(
            ["bos_token_id", "eos_token_id", "pad_token_id", "transformers_version"],
            source.Differences(new(StableLm.Family.ToHf(Model.Provider))).Select(change => change.Key)
        );
    }

    [Fact]
    public void What_it_does_not_do_is_refused()
    {
        JsonObject config = JsonNode.Parse(StableLmModel.Config)!.AsObject();
        config["qk_layernorm"] = true;
        BadFileException e = Assert.Throws<BadFileException>(() => StableLm.Family.ToProvider(new HfConfig(config)));
        Assert.Contains("qk_layernorm", e.Message, StringComparison.Ordinal);
    }
}
