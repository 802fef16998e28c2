using System.Text;
using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Hub;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Bridge.Hub;
using MegatronBridge.Tests.Storage.Files;

namespace MegatronBridge.Tests.Bridge.Config;

/// <summary>The files in Fixtures/providers were written by <c>save_hf_pretrained</c> of the real Megatron-Bridge.</summary>
public sealed class ProviderFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Files =>
        ["gpt.json", "gpt.yaml", "mla.json", "mla_completed.json", "mla_completed.yaml", "hybrid.json"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Files))]
    public void A_provider_is_saved_as_upstream_saves_the_same_one(string file)
    {
        ModelProvider provider = Path.GetFileNameWithoutExtension(file) switch
        {
            "gpt" => new GptModelProvider
            {
                NumLayers = 2,
                HiddenSize = 128,
                NumAttentionHeads = 4,
                VocabSize = 1000,
                ParamsDtype = DType.BF16,
                Bf16 = true,
                ActivationFunc = Targets.Silu,
            },
            "hybrid" => new HybridModelProvider
            {
                HiddenSize = 128,
                HybridLayerPattern = "M*-",
                VocabSize = 1000,
            },
            _ => new MlaModelProvider
            {
                NumLayers = 2,
                HiddenSize = 128,
                NumAttentionHeads = 4,
                VocabSize = 1000,
                MultiLatentAttention = false, // what upstream's class has though it is for latent attention
            },
        };
        if (file.Contains("completed", StringComparison.Ordinal))
        {
            provider.Complete();
        }

        Assert.Equal(Fixture(file), Saved(provider, FormatOf(file)));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void What_upstream_has_saved_is_read_and_saved_again_unchanged(string file)
    {
        ModelProvider provider = ModelProvider.FromHfPretrained(PathOf(file), InstantiationMode.Strict);
        Assert.Empty(provider.Unknown);
        Assert.Equal(Fixture(file), Saved(provider, FormatOf(file)));
        Assert.Equal(
            file[..3] switch
            {
                "gpt" => typeof(GptModelProvider),
                "mla" => typeof(MlaModelProvider),
                _ => typeof(HybridModelProvider),
            },
            provider.GetType()
        );
    }

    [Theory]
    [InlineData(ConfigFormat.Json)]
    [InlineData(ConfigFormat.Yaml)]
    public void Unknown_fields_survive_unless_they_are_refused(ConfigFormat format)
    {
        JsonObject json = JsonNode.Parse(Fixture("gpt.json"))!.AsObject();
        json["zz_new"] = new JsonObject { ["_target_"] = "some.where.Thing", ["größe"] = 1.5 };
        json["aa_new"] = new JsonArray(1, "zwei", null);
        File.WriteAllText(_folder["mhub_model.json"], json.ToJsonString());
        ModelProvider provider = ModelProvider.FromHfPretrained(_folder.Path);
        Assert.Equal(["zz_new", "aa_new"], provider.Unknown.Select(field => field.Key));

        provider.SaveHfPretrained(_folder["again"], format, "own");
        ModelProvider again = ModelProvider.FromHfPretrained(_folder["again"], configName: "own");
        AssertSame(provider, again);
        Assert.Equal(
            provider.Unknown.OrderBy(field => field.Key, StringComparer.Ordinal),
            again.Unknown.OrderBy(field => field.Key, StringComparer.Ordinal)
        );
        Assert.Equal(
            format == ConfigFormat.Json ? "own.json" : "own.yaml",
            Path.GetFileName(Assert.Single(Directory.GetFiles(_folder["again"])))
        );

        BadFileException refused = Assert.Throws<BadFileException>(() =>
            ModelProvider.FromHfPretrained(_folder.Path, InstantiationMode.Strict)
        );
        Assert.Contains("GPTModelProvider does not have zz_new, aa_new.", refused.Message);
    }

    [Fact]
    public void Values_of_every_kind_come_back_in_both_formats()
    {
        GptModelProvider provider = new()
        {
            HfModelId = "Ünïcode: 名前 \"quoted\" \n line",
            LayernormEpsilon = 1e-300,
            WindowSize = ConfigValue.ListOf(127L, 0L),
            MoeAuxLossCoeff = ConfigValue.ListOf(0.1, double.PositiveInfinity),
            Fp8 = "e4m3",
            RecomputeModules = ["core_attn", "true", "1e3"],
            SoftmaxScale = -0.0,
        };
        foreach (ConfigFormat format in Enum.GetValues<ConfigFormat>())
        {
            provider.SaveHfPretrained(_folder[$"{format}"], format);
            AssertSame(provider, ModelProvider.FromHfPretrained(_folder[$"{format}"]));
        }
    }

    [Theory]
    [InlineData("x.json", "{\"num_layers\": 2}", "there is no _target_ that names its class")]
    [InlineData("x.json", "{\"_target_\": \"no.such.Thing\"}", "the model's class no.such.Thing is not known")]
    [InlineData("x.json", "[1]", "a JSON object is expected")]
    [InlineData("x.yaml", "- 1\n", "x.yaml")]
    [InlineData("x.toml", "a = 1\n", "a provider is read from .json, .yaml and .yml files only")]
    [InlineData(
        "x.json",
        "{\"_target_\": \"megatron.bridge.models.gpt_provider.GPTModelProvider\", \"num_layers\": \"two\"}",
        "num_layers must be a whole number, found two"
    )]
    public void A_file_that_is_no_provider_is_refused(string name, string text, string message)
    {
        File.WriteAllText(_folder[name], text);
        Exception fault = Record.Exception(() => ModelProvider.FromHfPretrained(_folder[name]))!;
        Assert.True(fault is BadFileException or UnsupportedModelException, fault.ToString());
        Assert.Contains(message, fault.Message);
    }

    [Fact]
    public void A_folder_without_the_file_says_what_it_lacks() =>
        Assert.Contains(
            "there is no mhub_model.yaml, mhub_model.yml or mhub_model.json in the folder",
            Assert.Throws<BadFileException>(() => ModelProvider.FromHfPretrained(_folder.Path)).Message
        );

    [Theory]
    [InlineData("gpt.json")]
    [InlineData("mla_completed.yaml")]
    public void A_damaged_file_is_read_or_refused_in_words(string file)
    {
        byte[] whole = File.ReadAllBytes(PathOf(file));
        Random random = new(7);
        string path = _folder["damaged" + Path.GetExtension(file)];
        int refused = 0;
        for (int i = 0; i < 400; i++)
        {
            byte[] bytes = i % 4 == 0 ? whole[..random.Next(whole.Length)] : [.. whole];
            if (bytes.Length > 0)
            {
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            }

            File.WriteAllBytes(path, bytes);
            Exception? fault = Record.Exception(() => ModelProvider.FromHfPretrained(path));
            Assert.True(fault is null or BadFileException or UnsupportedModelException, $"{i}: {fault}");
            refused += fault is null ? 0 : 1;
        }

        Assert.InRange(refused, 50, 400);
    }

    [Fact]
    public async Task A_provider_is_read_from_the_hub_and_from_a_folder()
    {
        await using HubScene scene = new();
        scene
            .Server.Add("org/provider")
            .Commit([
                ("mhub_model.json", Encoding.UTF8.GetBytes(Fixture("mla.json"))),
                ("README.md", "# Model"u8.ToArray()),
            ]);
        using HuggingFaceHub hub = new(scene.Options);
        ModelProvider provider = await ModelProvider.FromHfPretrainedAsync(
            hub,
            "org/provider",
            cancellation: TestContext.Current.CancellationToken
        );
        Assert.Equal(Fixture("mla.json"), Saved(provider, ConfigFormat.Json));

        provider.SaveHfPretrained(_folder["local"]);
        ModelProvider local = await ModelProvider.FromHfPretrainedAsync(
            hub,
            _folder["local"],
            cancellation: TestContext.Current.CancellationToken
        );
        Assert.Equal(provider.Fields, local.Fields);
    }

    private static void AssertSame(ModelProvider expected, ModelProvider actual) =>
        Assert.All(
            expected.Fields,
            field => Assert.True(field.Value == actual[field.Key], $"{field.Key}: {field.Value} {actual[field.Key]}")
        );

    private static ConfigFormat FormatOf(string file) =>
        file.EndsWith(".yaml", StringComparison.Ordinal) ? ConfigFormat.Yaml : ConfigFormat.Json;

    private static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "Fixtures", "providers", file);

    private static string Fixture(string file) => File.ReadAllText(PathOf(file));

    private string Saved(ModelProvider provider, ConfigFormat format)
    {
        provider.SaveHfPretrained(_folder["saved"], format);
        return File.ReadAllText(
            Path.Combine(_folder["saved"], format == ConfigFormat.Yaml ? "mhub_model.yaml" : ModelProvider.ConfigName)
        );
    }
}
