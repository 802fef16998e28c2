using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Families;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Bridge.Families;

/// <summary>
/// Families explain exactly the tensors and the config that the real transformers writes: for those that have no golden manifest
/// because upstream does not convert them.
/// </summary>
public sealed class TransformersModelTests
{
    private static readonly string[] TokenNumbers = ["bos_token_id", "eos_token_id", "pad_token_id"];

    public static TheoryData<string> Models => [.. TransformersModel.Names];

    [Theory]
    [MemberData(nameof(Models))]
    public void The_family_has_the_tensors_that_transformers_writes_and_no_others(string name)
    {
        SmallModel ours = SmallModel.Of(name);
        Assert.Equal(
            TransformersModel
                .Of(name)
                .Tensors.Select(tensor => Show(tensor.Key, tensor.Value.DType, tensor.Value.Shape))
                .Order(),
            ours.Names.Select(tensor => Show(tensor, ours.Find(tensor)!.DType, ours.Find(tensor)!.Shape)).Order()
        );
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void The_config_made_from_a_checkpoint_is_what_transformers_writes(string name)
    {
        HfConfig expected = new(TransformersModel.Of(name).Config);
        ModelProvider provider = FromCheckpoint(name);
        HfConfig actual = new(FamilyRecognition.Of(provider).ToHf(provider));
        Assert.Empty(
            actual
                .Differences(expected)
                .Where(change => !TokenNumbers.Contains(change.Key))
                .Select(change => $"{change.Key}: {Show(change.Here)} instead of {Show(change.There)}")
        );
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void On_the_base_of_its_source_the_config_comes_back_unchanged(string name)
    {
        HfConfig source = new(TransformersModel.Of(name).Config);
        Assert.Equal(source.ToString(), FamilyList.Of(source).ToHf(FromCheckpoint(name), source).ToString());
    }

    /// <summary>What a checkpoint's run_config.yaml says of the model.</summary>
    private static ModelProvider FromCheckpoint(string name)
    {
        HfConfig config = new(TransformersModel.Of(name).Config);
        ModelProvider provider = FamilyList.Of(config).ToProvider(config);
        provider.Complete();
        return RunConfig.Parse(RunConfig.ForConversion(provider, "megatron", null).ToBytes()).ToProvider();
    }

    private static string Show(string name, DType dtype, Shape shape) => $"{name} {dtype} {shape}";

    private static string Show(JsonNode? value) => value?.ToJsonString() ?? "null";
}
