using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Families;
using MegatronBridge.Inspection;
using MegatronBridge.Model;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Bridge.Families;
using MegatronBridge.Tests.Docs;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Bridge.Inspection;

/// <summary>
/// A skeleton of GLM-4.5 under another name stands beside this file and is compiled with the tests. It is what
/// <c>megatron-bridge inspect FOLDER --skeleton</c> prints.
/// </summary>
public sealed class FamilySkeletonTests
{
    private const string Known = "glm4_moe-mtp";
    private const string File = "tests/Tests/Bridge/Inspection/Renamed.cs";

    [Fact]
    public void The_skeleton_of_a_known_family_under_another_name_is_the_file_that_is_compiled_here() =>
        Regenerated.AssertSame(File, SkeletonOf(Known));

    [Fact]
    public void The_compiled_skeleton_makes_the_same_model_of_the_same_rows()
    {
        SmallModel model = SmallModel.Of(Known);
        Assert.Equal("RenamedForCausalLM", Renamed.Family.Architecture);
        Assert.Subset(Rows(model.Family).ToHashSet(), Rows(Renamed.Family).ToHashSet());
        Assert.Equal(Bindings(model.Family, model), Bindings(Renamed.Family, model));
        Assert.Equal(Fields(model.Family, model), Fields(Renamed.Family, model));
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void The_nearest_family_of_a_renamed_model_explains_all_of_it(string name)
    {
        SmallModel model = SmallModel.Of(name);
        IReadOnlyList<TensorPattern> patterns = TensorPattern.Of(model);
        ModelLikeness nearest = ModelLikeness.Nearest(Renaming(model), patterns, 1)[0];
        Assert.Empty(nearest.Unexplained);
        Assert.Equal(patterns.Count, nearest.ExplainedCount);
        Assert.Contains(
            $"class {CSharpText.ClassName("RenamedForCausalLM")}",
            SkeletonOf(name),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void What_a_model_has_beyond_the_nearest_family_is_named()
    {
        SmallModel model = SmallModel.Of("qwen3");
        JsonObject json = Renaming(model).Json;
        json["secret_gate_scale"] = 0.5;
        MoreTensors source = new(model, "model.layers.0.secret_gate.weight", "model.layers.1.secret_gate.weight");
        ModelLikeness nearest = ModelLikeness.Nearest(new HfConfig(json), TensorPattern.Of(source), 3)[0];
        Assert.Equal("Qwen3ForCausalLM", nearest.Family.Architecture);
        TensorPattern unexplained = Assert.Single(nearest.Unexplained);
        Assert.Equal(("model.layers.*.secret_gate.weight", 2), (unexplained.Text, unexplained.Names.Count));
        Assert.Equal([new("secret_gate_scale", "0.5")], nearest.UnknownFields);
    }

    [Theory]
    [InlineData("LlamaForCausalLM", "Llama")]
    [InlineData("Qwen2_5_VLForConditionalGeneration", "Qwen25VL")]
    [InlineData("4mForCausalLM", "Model4m")]
    [InlineData("\";}", "Model")]
    public void Class_names_are_names(string architecture, string name) =>
        Assert.Equal(name, CSharpText.ClassName(architecture));

    public static TheoryData<string> Families => [.. GoldenCases.Families.Where(name => !name.Contains('-'))];

    private static IEnumerable<string> Rows(Family family) => family.Parameters.Select(row => row.ToString());

    // Only families that upstream converts go without their name.
    private static Dictionary<string, ConfigValue> Fields(Family family, SmallModel model) =>
        family.ToProvider(model.Config).Fields.Where(field => field.Key != "hf_architecture").ToDictionary();

    private static IEnumerable<string> Bindings(Family family, SmallModel model) =>
        Binding
            .Bind(family, model.Provider, ModelTable.Build(model.Provider))
            .Select(binding => $"{binding.Parameter.Name}: {binding.Mapping} {string.Join(' ', binding.HfNames)}");

    private static HfConfig Renaming(SmallModel model)
    {
        JsonObject json = model.Config.Json.DeepClone().AsObject();
        json["architectures"] = new JsonArray("RenamedForCausalLM");
        json["model_type"] = "renamed";
        return new(json);
    }

    private static string SkeletonOf(string name)
    {
        SmallModel model = SmallModel.Of(name);
        HfConfig config = Renaming(model);
        IReadOnlyList<TensorPattern> patterns = TensorPattern.Of(model);
        return FamilySkeleton.Of(config, patterns, ModelLikeness.Nearest(config, patterns, 1)[0]);
    }

    private sealed class MoreTensors(ITensorSource source, params string[] more) : ITensorSource
    {
        public IReadOnlyCollection<string> Names => [.. source.Names, .. more];

        public TensorView? Find(string name) =>
            more.Contains(name) ? new ZeroView(DType.BF16, [8, 8]) : source.Find(name);
    }
}
