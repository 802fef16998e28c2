using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Families;
using MegatronBridge.Layout;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Bridge.Families;

/// <summary>Checkpoints and configs as they were released, before transformers spelled them as it does now.</summary>
public sealed class OlderReleasesTests
{
    [Fact]
    public void GPT_2_as_OpenAI_released_it_has_shorter_names_and_masks_and_goes_back_so()
    {
        SmallModel model = SmallModel.Of("gpt2");
        RenamedSource released = new(model);
        ImportPlan import = model.Import(ParallelSizes.One, released);
        Assert.Equal(
            ["h.0.attn.bias", "h.1.attn.bias", "h.2.attn.bias", "h.3.attn.bias"],
            import.Ignored.Select(entry => entry.Name)
        );
        Assert.Contains(
            "decoder.layers.0.mlp.linear_fc1.weight",
            import.Parameters.Select(entry => entry.Binding.Parameter.Name)
        );

        AssembledCheckpoint checkpoint = new(import, ParallelSizes.One);
        ExportPlan export = ExportPlan.Create(checkpoint, import.Family, import.Provider, released);
        Assert.Equal(released.Names.Order(StringComparer.Ordinal), export.Names.Order(StringComparer.Ordinal));
        foreach (string name in released.Names)
        {
            Assert.Equal(released.Find(name)!.ToArray(), export.Tensors[name].ToArray());
        }

        ExportPlan alone = ExportPlan.Create(checkpoint, import.Family, import.Provider);
        Assert.All(alone.Names, name => Assert.StartsWith("transformer.", name, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("gpt_neox", """{ "rotary_pct": 0.5, "rotary_emb_base": 5000 }""", "rotary_percent", "0.5")]
    [InlineData("gpt_neox", """{ "rotary_pct": 0.5, "rotary_emb_base": 5000 }""", "rotary_base", "5000")]
    [InlineData("gpt_neox", "{}", "rotary_percent", "0.25")]
    [InlineData("phi", """{ "partial_rotary_factor": 0.4, "rope_theta": 7.0 }""", "rotary_percent", "0.4")]
    [InlineData("phi4-mini", """{ "rope_theta": 7.0, "partial_rotary_factor": 0.5 }""", "rotary_percent", "0.5")]
    [InlineData("cohere", "{}", "rotary_base", "500000.0")]
    [InlineData("smollm3", "{}", "rotary_base", "2000000.0")]
    [InlineData("phimoe", "{}", "rotary_base", "1000000.0")]
    public void Rotary_embeddings_are_read_where_they_used_to_stand(
        string model,
        string old,
        string field,
        string expected
    )
    {
        JsonObject config = TransformersModel.Of(model).Config;
        config.Remove("rope_parameters");
        foreach ((string key, JsonNode? value) in JsonNode.Parse(old)!.AsObject())
        {
            config[key] = value?.DeepClone();
        }

        HfConfig hf = new(config);
        Assert.Equal(expected, FamilyList.Of(hf).ToProvider(hf)[field].ToString());
    }

    [Fact]
    public void Longrope_was_called_su()
    {
        JsonObject config = TransformersModel.Of("phi4-mini").Config;
        config.Remove("rope_parameters");
        config["rope_scaling"] = JsonNode.Parse(
            """{ "type": "su", "short_factor": [1.0, 1.5], "long_factor": [2, 4] }"""
        );
        HfConfig hf = new(config);
        Family family = FamilyList.Of(hf);
        ModelProvider provider = family.ToProvider(hf);
        provider.Complete();
        Assert.Equal(
            """{"long_factor":[2,4],"original_max_position_embeddings":64,"partial_rotary_factor":1.0,"rope_theta":10000.0,"rope_type":"longrope","short_factor":[1.0,1.5]}""",
            Sorted(family.ToHf(provider)[RopeConfig.Key]!.AsObject())
        );
    }

    private static string Sorted(JsonObject json) =>
        new JsonObject(
            json.OrderBy(entry => entry.Key, StringComparer.Ordinal)
                .Select(entry => KeyValuePair.Create(entry.Key, entry.Value?.DeepClone()))
        ).ToJsonString();

    /// <summary>GPT-2's tensors under the names of the release, and a mask in every layer.</summary>
    private sealed class RenamedSource(SmallModel model) : ITensorSource
    {
        private const string Prefix = "transformer.";

        public IReadOnlyCollection<string> Names { get; } =
        [
            .. model.Names.Select(name => name[Prefix.Length..]),
            .. Enumerable.Range(0, 4).Select(layer => $"h.{layer}.attn.bias"),
        ];

        public TensorView? Find(string name) =>
            !Names.Contains(name) ? null
            : name.EndsWith(".attn.bias", StringComparison.Ordinal) ? new RuleTensor(name, DType.F32, [1, 1, 48, 48])
            : model.Find(Prefix + name);
    }
}
