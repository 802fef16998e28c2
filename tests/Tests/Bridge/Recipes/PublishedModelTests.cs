using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MegatronBridge.Config;
using MegatronBridge.Estimates;
using MegatronBridge.Families;
using MegatronBridge.Layout;
using MegatronBridge.Recipes;
using MegatronBridge.Tests.Docs;

namespace MegatronBridge.Tests.Bridge.Recipes;

public sealed partial class PublishedModelTests
{
    // Of what is stored, the balance of experts and the frequencies of rotary positions are no parameters.
    private const double Buffers = 1e-6;

    // What the models' pages tell where the Hub's count is not known or counts something else (scales of FP8, copies of an embedding), and
    // where the name tells nothing, or rounds much: billions of parameters.
    private static readonly Dictionary<string, double> Told = new(StringComparer.Ordinal)
    {
        ["CohereLabs/c4ai-command-r-v01"] = 35.0,
        ["CohereLabs/c4ai-command-r-plus"] = 104,
        ["CohereLabs/c4ai-command-a-03-2025"] = 111,
        ["deepseek-ai/DeepSeek-V3"] = 671,
        ["deepseek-ai/DeepSeek-V4-Flash"] = 284,
        ["deepseek-ai/DeepSeek-V4-Pro"] = 1600,
        ["zai-org/GLM-4.5"] = 355,
        ["zai-org/GLM-4.5-Air"] = 106,
        ["zai-org/GLM-4.7-Flash"] = 30,
        ["zai-org/GLM-5.2"] = 744,
        ["moonshotai/Kimi-K2-Instruct"] = 1026,
        ["moonshotai/Kimi-K2.5"] = 1026,
        ["MiniMaxAI/MiniMax-M2.5"] = 229,
        ["MiniMaxAI/MiniMax-M3"] = 428,
        ["XiaomiMiMo/MiMo-V2-Flash"] = 309,
        ["stepfun-ai/Step-3.5-Flash"] = 199,
        ["stepfun-ai/Step-3.7-Flash"] = 199,
        ["Qwen/Qwen3-Omni-30B-A3B-Instruct"] = 31.7,
        ["mistralai/Ministral-3-3B-Instruct-2512"] = 3.85,
        ["mistralai/Ministral-3-8B-Instruct-2512"] = 8.9,
        ["mistralai/Ministral-3-3B-Base-2512"] = 3.85,
        ["mistralai/Ministral-3-8B-Base-2512"] = 8.9,
        ["nvidia/NVIDIA-Nemotron-Nano-12B-v2-VL-BF16"] = 13.2,
        ["nvidia/Nemotron-3-Nano-Omni-30B-A3B-Reasoning-BF16"] = 33.0,
        ["ibm-granite/granite-3.3-2b-base"] = 2.53,
        ["nvidia/Minitron-4B-Base"] = 4.19,
        ["EleutherAI/gpt-neox-20b"] = 20.6,
        ["moonshotai/Kimi-K2.6"] = 1026,
        ["moonshotai/Kimi-K2.7-Code"] = 1026,
        ["moonshotai/Kimi-K3"] = 2780,
        ["zai-org/GLM-4.7"] = 355,
        ["deepseek-ai/DeepSeek-R1"] = 671,
        ["MiniMaxAI/MiniMax-M2.7"] = 229,
        ["ibm-research/PowerMoE-3b"] = 3.3,
        ["ibm-granite/granite-3.1-1b-a400m-base"] = 1.33,
        ["ibm-granite/granite-3.1-3b-a800m-base"] = 3.3,
        ["tiiuae/Falcon3-3B-Base"] = 3.23,
        ["MiniMaxAI/MiniMax-M2"] = 229,
        ["MiniMaxAI/MiniMax-M2.1"] = 229,
        ["Qwen/Qwen3-ASR-0.6B"] = 0.782,
        ["Qwen/Qwen3-ASR-1.7B"] = 2.04,
        ["Qwen/Qwen2.5-Omni-7B"] = 8.93,
        ["ibm-granite/granite-3.1-2b-base"] = 2.53,
        ["nvidia/Nemotron-Labs-Diffusion-3B-Base"] = 3.83,
        ["nvidia/Nemotron-Labs-Diffusion-8B"] = 8.49,
    };

    // Megatron's scaling of Llama 3 has its own bounds.
    private static readonly string[] OfLlama =
    [
        "rope_parameters.high_freq_factor",
        "rope_parameters.original_max_position_embeddings",
    ];

    // What a token meets, in billions, where the name does not tell.
    private static readonly Dictionary<string, double> ToldActive = new(StringComparer.Ordinal)
    {
        ["deepseek-ai/DeepSeek-V2"] = 21,
        ["deepseek-ai/DeepSeek-V3"] = 37,
        ["deepseek-ai/DeepSeek-V4-Flash"] = 13,
        ["deepseek-ai/DeepSeek-V4-Pro"] = 49,
        ["MiniMaxAI/MiniMax-M2.5"] = 10,
        ["mistralai/Mixtral-8x7B-v0.1"] = 12.9,
        ["moonshotai/Kimi-K2-Instruct"] = 32,
        ["moonshotai/Kimi-K3"] = 104,
        ["openai/gpt-oss-20b"] = 3.6,
        ["openai/gpt-oss-120b"] = 5.1,
        ["inclusionAI/Ling-mini-2.0"] = 1.4,
        ["inclusionAI/Ling-flash-2.0"] = 6.1,
        ["microsoft/Phi-mini-MoE-instruct"] = 2.4,
        ["microsoft/Phi-tiny-MoE-instruct"] = 1.1,
        ["ibm-granite/granite-3.1-1b-a400m-base"] = 0.4,
        ["ibm-granite/granite-3.1-3b-a800m-base"] = 0.8,
        ["sarvamai/sarvam-30b"] = 2.4,
        ["sarvamai/sarvam-105b"] = 10.3,
        ["tencent/Hy3"] = 21,
        ["zai-org/GLM-4.5"] = 32,
        ["zai-org/GLM-4.5-Air"] = 12,
        ["zai-org/GLM-5"] = 40,
    };

    private static readonly JsonObject Stored = JsonNode
        .Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fixtures", "published", "parameters.json")))!
        .AsObject();

    public static TheoryData<string> All => [.. PublishedModels.All.Select(model => model.HfId)];

    public static TheoryData<string> WithTold => [.. ToldActive.Keys];

    public static TheoryData<string> WithStored => [.. Stored.Select(model => model.Key)];

    [Theory]
    [MemberData(nameof(All))]
    public void A_model_has_as_many_parameters_as_its_name_or_its_page_says(string id)
    {
        ParameterCount count = Count(id);
        double billions = (Stored.ContainsKey(id) ? count.Total : count.Total - count.Prediction) / 1e9;

        double told =
            Stored.TryGetPropertyValue(id, out JsonNode? stored) ? stored!.GetValue<long>() / 1e9
            : Told.TryGetValue(id, out double published) ? published
            : Named(id, Size()) ?? throw new InvalidOperationException($"{id} does not tell its size.");
        Assert.True(
            Math.Abs(billions - told) <= told * 0.06,
            $"{id}: {billions:0.00} billion parameters, published {told}"
        );
    }

    [Theory]
    [MemberData(nameof(WithStored))]
    public void A_model_has_to_the_last_one_the_parameters_of_its_files_on_the_Hub(string id)
    {
        long stored = Stored[id]!.GetValue<long>();
        Assert.InRange(stored - Count(id).Total, 0, (long)(stored * Buffers));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void An_import_loses_nothing_that_the_config_says(string id)
    {
        HfConfig config = new((JsonObject)PublishedModels.Find(id)!.Config!.DeepClone(), id);
        Family family = FamilyList.Of(config);
        string[] known = id switch
        {
            "LGAI-EXAONE/EXAONE-4.0-32B" => ["sliding_window"], // upstream knows no window there
            "stepfun-ai/Step-3.5-Flash" => [.. OfLlama],
            "stepfun-ai/Step-3.7-Flash" => [.. OfLlama.Select(key => $"text_config.{key}")],
            _ => [],
        };
        Assert.Equal(known, ConfigLoss.Of(family, config, family.ToProvider(config)).Select(loss => loss.Key));
    }

    [Fact]
    public void Every_family_but_these_has_a_published_size()
    {
        Family[] without =
        [
            Gemma4.Family, // models of Gemma 4 see
            Gemma4Moe.Family,
            NemotronOmni.Early, // an architecture that was renamed
            NemotronLabsDiffusion.WithTower, // what a training leaves
            Ernie45Vl.Released, // the same sizes in another spelling
            Flux.Family, // makes no text; upstream's recipes tell its sizes
            GraniteMoe.Shared, // no config.json is known
            Qwen35Score.Family, // is trained from Qwen3.5
        ];

        Assert.Equal(
            without.Select(Name).Order(),
            FamilyList.All.Where(family => FamilySizes.First(family) is null).Select(Name).Order()
        );

        static string Name(Family family) => $"{family.Architecture} {family.ModelType}";
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_token_meets_as_many_parameters_as_the_name_says(string id)
    {
        if (Named(id, ActiveSize()) is { } told && !PublishedModels.Find(id)!.IsMultimodal) // towers count, which all of an image meets
        {
            AssertActive(id, told);
        }
    }

    [Theory]
    [MemberData(nameof(WithTold))]
    public void A_token_meets_as_many_parameters_as_the_page_says(string id) => AssertActive(id, ToldActive[id]);

    // Pages count embedding and head, or one of them, or neither.
    private static void AssertActive(string id, double told)
    {
        ParameterCount count = Count(id, new KeyValuePair<string, string>("mtp_num_layers", "null"));
        double most = count.Active / 1e9;
        double least = most - (count.Embedding / 1e9);
        Assert.True(
            told >= least * 0.9 && told <= most * 1.1,
            $"{id}: {least:0.00} to {most:0.00} billion parameters for a token, published {told}"
        );
    }

    private static ParameterCount Count(string id, params KeyValuePair<string, string>[] settings)
    {
        ModelProvider provider = PublishedModels.Find(id)!.ToProvider();
        return ParameterCount.Of(
            new ModelDescription(id, provider).LaidOut(
                ParallelSizes.One,
                [.. settings.Where(setting => provider.Has(setting.Key))]
            )
        );
    }

    private static double? Named(string id, Regex pattern)
    {
        Match match = pattern.Match(id);
        double factor = match.Groups[2].Value is "m" or "M" ? 1e-3 : 1;
        return match.Success ? double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) * factor : null;
    }

    [GeneratedRegex(@"[-_.](\d+(?:\.\d+)?)([bBmM])(?=-|$)")]
    private static partial Regex Size();

    [GeneratedRegex(@"-[aA](\d+(?:\.\d+)?)([bBmM])(?=-|$)")]
    private static partial Regex ActiveSize();
}
