using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Families;
using MegatronBridge.Storage.HuggingFace;
using MegatronBridge.Tests.Storage.Files;
using MegatronBridge.Tools;

namespace MegatronBridge.Tests.Bridge.Tools;

public sealed class RandomModelTests
{
    // Their tower has one size only, 630 million parameters.
    private static readonly string[] WithRadio = ["NemotronH_Nano_Omni_Reasoning_V3", "NemotronH_Nano_VL_V2"];

    public static TheoryData<string> Architectures => [.. RandomModel.Architectures.Except(WithRadio)];

    [Theory]
    [MemberData(nameof(Architectures))]
    public async Task Every_architecture_has_a_small_model_that_can_be_imported(string architecture)
    {
        using TemporaryFolder folder = new();
        using (ModelRewrite toy = Open(architecture, 7, folder["hf"]))
        {
            await toy.RunAsync(cancellation: TestContext.Current.CancellationToken);
        }

        using HfFolder written = HfFolder.Open(folder["hf"]);
        HfConfig config = HfConfig.Load(written.PathOf(HfFolder.ConfigName));
        Family family = FamilyList.Of(config);
        ModelProvider provider = family.ToProvider(config, written.Names);
        provider.Complete();
        Assert.Empty(ImportPlan.Create(written, family, provider).Ignored);
        Assert.True(written.Weights.Tensors.Values.Sum(view => view.ByteCount) < 10_000_000);
    }

    [Fact]
    public void All_architectures_of_the_list_have_one() =>
        Assert.Empty(FamilyList.All.Select(family => family.Architecture).Except(RandomModel.Architectures));

    [Fact]
    public void Models_with_a_tower_of_one_size_are_planned_with_that_tower()
    {
        using TemporaryFolder folder = new();
        foreach (string architecture in WithRadio)
        {
            using ModelRewrite toy = Open(architecture, 7, folder["hf"]);
            Assert.InRange(toy.Report.ParameterCount, 630_000_000, 760_000_000);
            Assert.Equal(architecture, toy.Report.Architecture);
        }
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_bytes_and_another_one_others()
    {
        using TemporaryFolder folder = new();
        foreach ((string name, long seed) in new[] { ("a", 7L), ("b", 7L), ("c", 8L) })
        {
            using ModelRewrite toy = Open("LlamaForCausalLM", seed, folder[name]);
            await toy.RunAsync(cancellation: TestContext.Current.CancellationToken);
        }

        byte[][] bytes =
        [
            .. new[] { "a", "b", "c" }.Select(name => File.ReadAllBytes(folder[$"{name}/model.safetensors"])),
        ];
        Assert.Equal(bytes[0], bytes[1]);
        Assert.NotEqual(bytes[0], bytes[2]);
    }

    [Fact]
    public void What_is_set_counts_also_before_the_number_of_layers()
    {
        HfConfig config = RandomModel.Config(
            "DeepseekV3ForCausalLM",
            [new("num_nextn_predict_layers", "1"), new("num_hidden_layers", "3")]
        );

        Assert.Equal((3, 1), (config.Integer("num_hidden_layers"), config.Integer("num_nextn_predict_layers")));
    }

    [Fact]
    public void Layers_that_are_set_change_what_is_told_layer_by_layer()
    {
        HfConfig config = RandomModel.Config(
            "Qwen3ForCausalLM",
            [new("num_hidden_layers", "5"), new("hidden_size", "96")]
        );

        Assert.Equal((5, 96), (config.Integer("num_hidden_layers"), config.Integer("hidden_size")));
        Assert.Equal(5, config.Texts("layer_types").Count);
    }

    [Fact]
    public void Unknown_names_are_refused_with_the_nearest()
    {
        UnsupportedModelException model = Assert.Throws<UnsupportedModelException>(() =>
            RandomModel.Config("Qwen3ForCausalML", [])
        );
        InvalidConfigException key = Assert.Throws<InvalidConfigException>(() =>
            RandomModel.Config("Qwen3ForCausalLM", [new("hiden_size", "96"), new("vocab_sise", "96")])
        );

        Assert.Contains("did you mean Qwen3ForCausalLM?", model.Message, StringComparison.Ordinal);
        Assert.Equal(2, key.Faults.Count);
        Assert.Contains("did you mean hidden_size?", key.Faults[0], StringComparison.Ordinal);
    }

    internal static ModelRewrite Open(
        string architecture,
        long seed,
        string path,
        params KeyValuePair<string, string>[] settings
    ) => RandomModel.Open(RandomModel.Config(architecture, settings), seed, new() { HfPath = path });
}
