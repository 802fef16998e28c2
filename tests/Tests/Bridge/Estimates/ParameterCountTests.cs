using MegatronBridge.Config;
using MegatronBridge.Estimates;
using MegatronBridge.Families;
using MegatronBridge.Model;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Bridge.Estimates;

public sealed class ParameterCountTests
{
    /// <summary>What the Hub tells of the published weights.</summary>
    [Theory]
    [InlineData("llama-3.1-8b", 8_030_261_248)]
    [InlineData("llama-3.1-70b", 70_553_706_496)]
    [InlineData("llama-3.1-405b", 405_853_388_800)]
    [InlineData("mistral-7b", 7_241_732_096)]
    [InlineData("mixtral-8x7b", 46_702_792_704)]
    [InlineData("qwen2.5-7b", 7_615_616_512)]
    [InlineData("qwen3-8b", 8_190_735_360)]
    [InlineData("qwen3-30b-a3b", 30_532_122_624)]
    [InlineData("gemma-2-9b", 9_241_705_984)]
    [InlineData("gpt-oss-20b", 20_914_757_184)]
    [InlineData("gpt-oss-120b", 116_829_156_672)]
    [InlineData("olmoe-1b-7b", 6_919_161_856)]
    [InlineData("deepseek-v2-lite", 15_706_484_224)]
    public void A_well_known_model_has_as_many_parameters_as_were_published(string model, long published) =>
        Assert.Equal(published, Of(model).Total);

    /// <summary>The published number counts the balance of 256 experts in 58 layers, which no gradient trains, and no prediction layer.</summary>
    [Fact]
    public void DeepSeek_V3_has_671_billion_parameters_of_which_a_token_meets_37()
    {
        ParameterCount count = Of("deepseek-v3");

        Assert.Equal(671_026_419_200 - (58 * 256), count.Total - count.Prediction);
        Assert.InRange(count.Prediction, 11_000_000_000, 14_100_000_000);
        Assert.Equal(37_552_282_624, ActiveWithoutPrediction("deepseek-v3"));
    }

    [Theory]
    [InlineData("qwen3-30b-a3b", 3_353_032_704)]
    [InlineData("mixtral-8x7b", 46_702_792_704 - (6L * 32 * 3 * 4096 * 14336))]
    [InlineData("llama-3.1-8b", 8_030_261_248)]
    public void A_token_meets_the_experts_that_it_visits_only(string model, long active) =>
        Assert.Equal(active, Of(model).Active);

    [Fact]
    public void Embedding_and_head_are_told_apart() => Assert.Equal(2L * 128_256 * 4096, Of("llama-3.1-8b").Embedding);

    /// <summary>As many as the Hugging Face tensors have elements, where the two have the same.</summary>
    [Theory]
    [InlineData("llama-untied")]
    [InlineData("qwen3-untied")]
    [InlineData("qwen3moe")]
    [InlineData("mixtral")]
    [InlineData("olmoe")]
    [InlineData("gpt_oss")]
    [InlineData("nemotron_h")]
    [InlineData("falcon_h1")]
    [InlineData("qwen25_vl")]
    public void A_small_model_has_as_many_parameters_as_its_tensors_have_elements(string family)
    {
        GoldenManifest manifest = GoldenManifest.Load(family);
        HfConfig config = new(manifest.Hf["config"]!.DeepClone().AsObject());
        ModelProvider provider = FamilyList.Of(config).ToProvider(config, manifest.HfTensors().Names);
        provider.Complete();

        long elements = manifest
            .HfTensors()
            .Names.Where(name => !name.Contains("rotary_emb", StringComparison.Ordinal))
            .Sum(name => manifest.HfTensors().Find(name)!.Shape.ElementCount);
        Assert.Equal(elements, ParameterCount.Of(provider).Total);
    }

    public static TheoryData<string> Families =>
        [.. GoldenCases.Families.Where(family => GoldenManifest.Load(family).Layouts.Contains("tp1pp1"))];

    /// <summary>What Megatron's checkpoint of a model holds: its parameters, and what no gradient trains.</summary>
    [Theory]
    [MemberData(nameof(Families))]
    public void A_model_has_as_many_parameters_as_its_Megatron_checkpoint_has_elements(string family)
    {
        GoldenCase golden = new(family, "tp1pp1");
        ModelTable table = ModelTable.Build(golden.Provider);

        long elements = golden.Layout.Tensors.Sum(tensor =>
            tensor.Value!["shape"]!.AsArray().Aggregate(1L, (product, size) => product * size!.GetValue<long>())
        );
        long buffers = table.Parameters.Where(own => own.IsBuffer).Sum(own => own.Shape.ElementCount);
        Assert.Equal(elements, ParameterCount.Of(table, golden.Provider).Total + buffers);
    }

    internal static ModelProvider Provider(string model)
    {
        ModelProvider provider = ModelDescription
            .OfHf(Path.Combine(AppContext.BaseDirectory, "Fixtures", "models", model + ".json"))
            .Provider;
        provider.Complete();
        return provider;
    }

    private static ParameterCount Of(string model) => ParameterCount.Of(Provider(model));

    private static long ActiveWithoutPrediction(string model)
    {
        ModelProvider provider = Provider(model);
        provider.MtpNumLayers = null;
        return ParameterCount.Of(provider).Active;
    }
}
