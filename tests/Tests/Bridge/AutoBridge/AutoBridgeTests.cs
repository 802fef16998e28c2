using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Hub;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Bridge.Hub.Server;
using MegatronBridge.Tests.Cli;
using MegatronBridge.Tests.Storage.Files;

namespace MegatronBridge.Tests.Bridge;

/// <summary>What a bridge is made of, and what it tells of a model.</summary>
public sealed class AutoBridgeTests : IDisposable
{
    private readonly SampleModel _sample = new();

    [Fact]
    public void A_folder_makes_a_bridge_that_tells_what_it_is()
    {
        using AutoBridge bridge = AutoBridge.FromHfPretrained(_sample.Hf);
        Assert.Equal("LlamaForCausalLM", bridge.Family.Architecture);
        Assert.Equal(_sample.Hf, bridge.HfModelId);
        Assert.Equal(
            $"""
            AutoBridge(
              (hf_pretrained): {_sample.Hf}, LlamaForCausalLM, model_type llama
              (family): LlamaForCausalLM, 13 mappings
              (provider): GPTModelProvider
            )
            """,
            bridge.ToString()
        );
    }

    [Fact]
    public void A_config_alone_tells_the_architecture()
    {
        HfConfig config = AutoConfig.FromPretrained(_sample.Hf);
        using AutoBridge bridge = AutoBridge.FromHfConfig(config);
        Assert.Null(bridge.HfModelId);
        Assert.Equal(config.Integer("hidden_size"), bridge.TransformerConfig.HiddenSize);
        Assert.Equal(config.Integer("num_hidden_layers"), bridge.TransformerConfig.NumLayers);
        Assert.Equal(config.Integer("hidden_size"), bridge.MlaTransformerConfig.HiddenSize);
        Assert.Contains("a config without weights", bridge.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_weights_is_enough_to_look_at_the_architecture()
    {
        Array.ForEach(Directory.GetFiles(_sample.Hf, "*.safetensors*"), File.Delete);
        using AutoBridge bridge = AutoBridge.FromHfPretrained(_sample.Hf);
        Assert.Equal("RMSNorm", bridge.TransformerConfig.Normalization);
    }

    [Fact]
    public void The_model_gets_the_type_that_is_asked_for()
    {
        using AutoBridge bridge = AutoBridge.FromHfPretrained(_sample.Hf, new() { DType = DType.F16 });
        ModelProvider config = bridge.GetModelConfig();
        Assert.Equal(DType.F16, config.ParamsDtype);
        Assert.True(config.Fp16 && !config.Bf16);
        Assert.Equal(_sample.Hf, config.HfModelId);
    }

    [Fact]
    public void Supported_models_are_in_order_and_each_is_there_once()
    {
        IReadOnlyList<string> models = AutoBridge.ListSupportedModels();
        Assert.Contains("Qwen3MoeForCausalLM", models);
        Assert.Equal(models.Distinct().Order(StringComparer.Ordinal), models);
        Assert.Equal(models, CausalLMBridge.ListSupportedModels());
        Assert.All(AutoBridge.GetSupportedBridges(), family => Assert.Contains(family.Architecture, models));
    }

    [Fact]
    public async Task What_can_be_handled_is_told_without_throwing()
    {
        Assert.True(AutoBridge.CanHandle(_sample.Hf));
        Assert.True(await AutoBridge.CanHandleAsync(_sample.Hf));
        Assert.False(AutoBridge.CanHandle(_sample["nowhere"]));
        Assert.False(AutoBridge.CanHandle(""));
        Assert.False(AutoBridge.CanHandle("\0"));
        _sample.Edit("config.json", "LlamaForCausalLM", "NoSuchModel");
        Assert.False(AutoBridge.CanHandle(_sample.Hf, trustRemoteCode: true));
        File.WriteAllText(Path.Combine(_sample.Hf, "config.json"), """{"architectures": [7]}""");
        Assert.False(AutoBridge.CanHandle(_sample.Hf));
        File.WriteAllText(Path.Combine(_sample.Hf, "config.json"), "no JSON");
        Assert.False(AutoBridge.CanHandle(_sample.Hf));
    }

    [Fact]
    public void Support_is_told_of_a_config()
    {
        Assert.True(AutoBridge.Supports(AutoConfig.FromPretrained(_sample.Hf)));
        Assert.False(AutoBridge.Supports(new HfConfig([])));
        Assert.False(AutoBridge.Supports(new HfConfig(new JsonObject { ["architectures"] = 3 })));
    }

    [Fact]
    public void An_unsupported_model_is_refused_with_the_nearest()
    {
        _sample.Edit("config.json", "LlamaForCausalLM", "LamaForCausalLM");
        UnsupportedModelException e = Assert.Throws<UnsupportedModelException>(() =>
            AutoBridge.FromHfPretrained(_sample.Hf)
        );
        Assert.Contains("LamaForCausalLM (model_type llama) is not supported", e.Message, StringComparison.Ordinal);
        Assert.Contains("is LlamaForCausalLM", e.Message, StringComparison.Ordinal);
        Assert.Throws<BadFileException>(() => AutoBridge.FromHfPretrained(_sample["nowhere"]));
    }

    [Fact]
    public void Options_that_cannot_be_are_refused_with_the_reason()
    {
        Assert.Equal("auto", new HfLoadOptions { DeviceMap = "auto", TrustRemoteCode = true }.DeviceMap);
        Assert.Contains(
            "memory of this machine",
            Assert.Throws<ArgumentException>(() => new HfLoadOptions { DeviceMap = "cuda:0" }).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "codes for weights",
            Assert.Throws<ArgumentException>(() => new HfLoadOptions { LoadIn8Bit = true }).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_model_of_the_Hub_is_downloaded_and_only_its_config_to_look_at_it()
    {
        await using TestHub server = new();
        using TemporaryFolder cache = new();
        TestRepository repository = server.Add("org/llama");
        string commit = repository.Commit([
            .. Directory.GetFiles(_sample.Hf).Select(path => (Path.GetFileName(path), File.ReadAllBytes(path))),
        ]);
        HfLoadOptions options = new()
        {
            Hub = new() { Endpoint = server.Hub.Address, CacheFolder = cache.Path },
        };
        Assert.True(AutoBridge.CanHandle("org/llama", options));
        Assert.Equal("llama", (await AutoConfig.FromPretrainedAsync("org/llama", options)).ModelType);
        Assert.DoesNotContain(cache.Entries, name => name.EndsWith("-00003.safetensors", StringComparison.Ordinal));
        Assert.False(AutoBridge.CanHandle("org/other", options));

        using AutoBridge bridge = AutoBridge.FromHfPretrained($"org/llama@{commit}", options);
        Assert.Equal("org/llama", bridge.HfModelId);
        Assert.Equal(commit, bridge.GetModelConfig()["hf_model_revision"].ToString());
        using AutoBridge again = await AutoBridge.FromHfPretrainedAsync(
            "org/llama",
            options with
            {
                Revision = commit,
            }
        );
        Assert.Equal(13, again.MappingRegistry.GetAllMappings().Count);
        await Assert.ThrowsAsync<HubException>(() => AutoBridge.FromHfPretrainedAsync("org/other", options));
    }

    public void Dispose() => _sample.Dispose();
}
