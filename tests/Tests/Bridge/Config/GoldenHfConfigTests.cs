using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Families;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Bridge.Config;

public sealed class GoldenHfConfigTests
{
    // What Megatron's side does not keep: token ids, the version of transformers, and switches of Qwen2 that upstream ignores.
    private static readonly string[] Unknown =
    [
        "bos_token_id",
        "eos_token_id",
        "pad_token_id",
        "boi_token_id",
        "eoi_token_id",
        "boa_token_id",
        "eoa_token_index",
        "mask_token_id",
        "_diffusers_version",
        "rope_max_seq_len",
        "transformers_version",
        "use_sliding_window",
        "sliding_window",
        "max_window_layers",
        "layer_types",
    ];

    private static readonly string[] OfEveryConfig =
    [
        "_name_or_path",
        "architectures",
        "chunk_size_feed_forward",
        "dtype",
        "id2label",
        "is_encoder_decoder",
        "label2id",
        "output_attentions",
        "output_hidden_states",
        "problem_type",
        "return_dict",
    ];

    public static TheoryData<string, string> Layouts => GoldenCases.All;

    public static TheoryData<string> Families => [.. GoldenCases.Families];

    [Theory]
    [MemberData(nameof(Layouts))]
    public void The_config_made_from_a_provider_is_what_upstream_exports(string family, string layout)
    {
        GoldenCase golden = new(family, layout);
        HfConfig expected = new(golden.Manifest.Json["export"]!["config"]!.DeepClone().AsObject());
        HfConfig actual = new(golden.Family.ToHf(GoldenProviderTests.Provider(golden)));

        Forget(expected.Json);
        (actual.Json["rope_parameters"]?["compress"] as JsonObject)?.Remove("attention_factor"); // the source had none
        string[] unknown =
            family == "qwen2-tied-swa" || family.StartsWith("mistral", StringComparison.Ordinal)
                ? Unknown
                : Unknown[..11];
        Assert.Empty(
            actual
                .Differences(expected)
                .Where(change =>
                    !unknown.Contains(change.Key.Split('.')[^1])
                    && change
                        is not {
                            Key: "layer_types"
                                or "num_nextn_predict_layers"
                                or "rope_scaling"
                                or "text_config.rope_scaling",
                            There: null
                        }
                )
                .Select(change =>
                    $"{change.Key}: {change.Here?.ToJsonString()} instead of {change.There?.ToJsonString()}"
                )
        );
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void On_the_base_of_its_source_the_config_comes_back_unchanged(string family)
    {
        HfConfig source = Config(family);
        Family known = FamilyList.Of(source);
        ModelProvider provider = known.ToProvider(source);
        provider.Complete();
        Assert.Equal(source.ToString(), known.ToHf(provider, source).ToString());
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void The_file_is_written_as_transformers_writes_it(string family)
    {
        JsonObject hf = GoldenManifest.Load(family).Hf;
        Assert.Equal((int)hf["files"]!["config.json"]!["size"]!, PythonJson.Write(hf["config"]).Length);
    }

    [Fact]
    public void Only_what_was_changed_is_changed_in_the_spelling_of_the_source()
    {
        HfConfig source = Config("llama31-untied");
        Family family = FamilyList.Of(source);
        ModelProvider provider = family.ToProvider(source);
        provider.SetFromText("num_layers", "2");
        provider.SetFromText("rotary_base", "1000000.0");
        provider.SetFromText("bf16", "false");
        provider.SetFromText("fp16", "true");
        provider.SetFromText("params_dtype", "fp16");
        provider.Complete();
        HfConfig changed = family.ToHf(provider, source);

        Assert.Equal(
            ["num_hidden_layers", "rope_parameters", "rope_scaling", "rope_theta", "torch_dtype"],
            source.Differences(changed).Select(change => change.Key)
        );
        Assert.Equal(1e6, changed.Number("rope_parameters.rope_theta"));
        Assert.Equal(64, changed.Integer("rope_parameters.original_max_position_embeddings"));
        Assert.Equal("float16", changed.Text("torch_dtype"));
    }

    private static HfConfig Config(string family) =>
        new(GoldenManifest.Load(family).Hf["config"]!.DeepClone().AsObject());

    // Changes a config into what a provider still knows of it.
    private static void Forget(JsonObject config)
    {
        ForgetCommon(config);
        JsonObject rope = new HfConfig(config).TextConfig.Json[RopeConfig.Key]?.AsObject() ?? [];
        rope.Remove("type"); // the old spelling of rope_type, which stands beside it
        if (rope.ContainsKey("full_attention"))
        {
            rope.Remove("rope_type"); // transformers sometimes writes both of them beside those of each kind of layer
            rope.Remove("rope_theta");
        }

        if (rope["rope_type"]?.GetValue<string>() == "llama3")
        {
            rope["original_max_position_embeddings"] = 8192; // Megatron keeps the factor only, and computes with this
        }

        if (
            config["model_type"]?.GetValue<string>() is "qwen3_5" or "qwen3_5_moe"
            && !rope.ContainsKey("mrope_section")
        )
        {
            rope["mrope_section"] = new JsonArray(11, 11, 10); // what it means when it is not there
        }

        if (config["model_type"]?.GetValue<string>() == "kimi_k3")
        {
            config.Remove("auto_map");
            config["text_config"]!.AsObject().Remove("model_type");
        }

        if (config["model_type"]?.GetValue<string>() == "kimi_k25")
        {
            // The code that the model brings along has other words for its parts, and keys that nobody reads.
            config.Remove("auto_map");
            JsonObject text = config["text_config"]!.AsObject();
            text.Remove("aux_loss_alpha");
            text["model_type"] = "kimi_k2";
            text["max_position_embeddings"] = 4096;
            config["vision_config"]!.AsObject().Remove("model_type");
        }

        if (config["model_type"]?.GetValue<string>() == "exaone4")
        {
            // Upstream's provider has no windows.
            config["layer_types"] = LayerTypes.All("full_attention", config["num_hidden_layers"]!.GetValue<int>());
            config["sliding_window"] = null;
            config["sliding_window_pattern"] = null;
        }

        if (config["model_type"]?.GetValue<string>() == "nemotron_labs_diffusion")
        {
            config["max_position_embeddings"] = 256; // upstream writes a length that it trains with over it
            config.Remove("rope_theta");
        }

        if (config["model_type"]?.GetValue<string>() == "llada")
        {
            config["vocab_size"] = config["embedding_size"]!.DeepClone(); // the rows in use are not told apart
        }

        if (config["model_type"]?.GetValue<string>() == "sarvam_moe")
        {
            config["initializer_range"] = 0.006; // upstream's provider has its own
        }

        if (config["model_type"]?.GetValue<string>() is "deepseek_v2" or "kimi_k2" or "deepseek_v4")
        {
            config["max_position_embeddings"] = 4096; // the sequence length that the families always train with
        }
    }

    // What transformers sometimes writes into configs inside others because they are such, and inside those inside them.
    private static void ForgetCommon(JsonObject config)
    {
        foreach (JsonObject inner in config.Select(entry => entry.Value).OfType<JsonObject>())
        {
            ForgetCommon(inner);
            if (inner.ContainsKey("_name_or_path"))
            {
                foreach (string key in OfEveryConfig.Where(key => key != "dtype" || inner[key] is null))
                {
                    inner.Remove(key);
                }
            }
        }
    }
}
