using System.Text.Json;
using System.Text.Json.Nodes;

namespace MegatronBridge.Conformance;

/// <summary>
/// Every family against the real transformers: a model of random weights goes to Megatron and back through the command, and is what
/// it was.
/// </summary>
public sealed class FamilyTests(Python python)
{
    private static readonly string[] TokenNumbers = ["bos_token_id", "eos_token_id", "pad_token_id"];

    public static TheoryData<string> SmallModels => [.. ModelConfigs.Small.Keys];

    public static TheoryData<string> GoldenModels => [.. ModelConfigs.Golden.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(SmallModels))]
    public void The_description_of_a_model_is_what_transformers_writes(string name)
    {
        JsonElement written = python.Call("small_models", "describe", ModelConfigs.Small[name].DeepClone());
        Assert.True(
            JsonNode.DeepEquals(ModelConfigs.Description(name), JsonNode.Parse(written.GetRawText())),
            $"transformers now writes {written}"
        );
    }

    [Theory]
    [MemberData(nameof(SmallModels))]
    public void A_model_comes_back_without_its_original(string name)
    {
        JsonElement same = ThereAndBack(ModelConfigs.Small[name], withOriginal: false, "--tp", "2");
        Assert.Empty(same.GetProperty("config").EnumerateArray());
    }

    [Theory]
    [MemberData(nameof(GoldenModels))]
    public void A_model_comes_back_beside_its_original(string name)
    {
        JsonObject config = ModelConfigs.Golden[name];
        string type = config["model_type"]!.GetValue<string>();
        string architecture = config["architectures"]![0]!.GetValue<string>();
        Assert.SkipUnless(
            python.Call("small_models", "is_known", type, architecture).GetBoolean(),
            $"transformers itself has no {architecture}."
        );
        Assert.SkipWhen(
            type == "qwen2_5_omni",
            "transformers loads it with the voices of a release only (spk_dict.pt)."
        );
        JsonElement same = ThereAndBack(config, withOriginal: true);
        Assert.Empty(same.GetProperty("config").EnumerateArray());
    }

    private JsonElement ThereAndBack(JsonObject config, bool withOriginal, params string[] layout)
    {
        using TemporaryFolder folder = new();
        string source = folder.File("source");
        string megatron = folder.File("megatron");
        string exported = folder.File("exported");
        python.Call("hf_models", "make", source, config.DeepClone(), "bfloat16", "50GB");
        Command.Run(["import", "--hf-model", source, "--megatron-path", megatron, .. layout]);
        if (!withOriginal)
        {
            Directory.Move(source, source += "-elsewhere");
        }

        if (withOriginal)
        {
            Command.Run("export", "--megatron-path", megatron, "--hf-path", exported, "--hf-model", source);
        }
        else
        {
            Command.Run("export", "--megatron-path", megatron, "--hf-path", exported);
            TakeTokenNumbers(source, exported);
        }

        bool computes = config["model_type"]!.GetValue<string>() is not ("deepseek_v4" or "qwen3_omni_moe");
        JsonElement same = python.Call("hf_models", "same", source, exported, computes); // those have no forward, or none for random tables
        Assert.True(same.GetProperty("finite").GetBoolean());
        Assert.True(!computes || same.GetProperty("spread").GetDouble() > 0.001); // logits that could show a fault
        Assert.True(same.GetProperty("weights").GetBoolean());
        Assert.True(same.GetProperty("logits").GetBoolean());
        Assert.True(same.GetProperty("tokens").GetBoolean());
        return same;
    }

    /// <summary>Sets in a config what no checkpoint knows, as the export tells its user to do.</summary>
    private static void TakeTokenNumbers(string source, string exported)
    {
        JsonObject from = Read(source);
        JsonObject to = Read(exported);
        foreach (string key in TokenNumbers)
        {
            to[key] = from[key]?.DeepClone();
        }

        File.WriteAllText(Path.Combine(exported, "config.json"), to.ToJsonString());
    }

    private static JsonObject Read(string folder) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "config.json")))!.AsObject();
}
