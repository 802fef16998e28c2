using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Families;
using MegatronBridge.Tests.Docs;
using MegatronBridge.Tests.Storage.Files;

namespace MegatronBridge.Tests.Bridge.Families;

/// <summary>Families that are no part of the library.</summary>
[Collection(nameof(WithoutOthers))] // the list of families is that of the process
public sealed class RegisteredFamilyTests
{
    private static HfConfig Config => new(JsonNode.Parse(StableLmModel.Config)!.AsObject());

    [Fact]
    public async Task A_family_for_one_bridge_is_known_to_that_alone()
    {
        using TemporaryFolder folder = new();
        await StableLmModel.WriteAsync(folder["hf"]);
        HfLoadOptions options = new() { Families = [StableLm.Family] };
        Assert.False(AutoBridge.CanHandle(folder["hf"]));
        Assert.True(AutoBridge.CanHandle(folder["hf"], options));
        Assert.Throws<UnsupportedModelException>(() => AutoBridge.FromHfPretrained(folder["hf"]));

        await AutoBridge.ImportCheckpointAsync(folder["hf"], folder["megatron"], options);
        using AutoBridge bridge = AutoBridge.FromHfPretrained(folder["hf"], options);
        await bridge.ExportCheckpointAsync(folder["megatron"], folder["again"]);
        await AutoBridgeCheckpointTests.AssertSameAsync(folder["hf"], folder["again"]);
    }

    [Fact]
    public async Task A_registered_family_is_known_to_everything_until_it_is_taken_away()
    {
        using TemporaryFolder folder = new();
        await StableLmModel.WriteAsync(folder["hf"]);
        using (FamilyList.Register(StableLm.Family))
        {
            Assert.Contains("StableLmForCausalLM", AutoBridge.ListSupportedModels());
            await AutoBridge.ImportCheckpointAsync(folder["hf"], folder["megatron"]);
            Directory.Move(folder["hf"], folder["moved"]); // the checkpoint alone tells the family
            using AutoBridge bridge = AutoBridge.FromHfConfig(Config);
            await bridge.ExportCheckpointAsync(folder["megatron"], folder["again"]);
            Assert.True(AutoBridge.CanHandle(folder["again"]));
        }

        Assert.False(AutoBridge.Supports(Config));
        Assert.Equal(FamilyList.All.Count, FamilyList.All.Distinct().Count());
    }

    [Fact]
    public void A_registered_family_counts_before_one_of_the_library_and_the_last_before_the_others()
    {
        HfConfig llama = new(new JsonObject { ["architectures"] = new JsonArray("LlamaForCausalLM") });
        Family first = Llama.Family with { ModelType = "first" };
        Family second = Llama.Family with { ModelType = "second" };
        using IDisposable one = FamilyList.Register(first);
        using (FamilyList.Register(second))
        {
            Assert.Same(second, FamilyList.Of(llama));
            Assert.Same(Llama.Family, FamilyList.Of(llama, Llama.Family));
        }

        Assert.Same(first, FamilyList.Of(llama));
        one.Dispose();
        one.Dispose();
        Assert.Same(Llama.Family, FamilyList.Of(llama));
    }
}
