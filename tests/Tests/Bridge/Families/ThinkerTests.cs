using MegatronBridge.Conversion;
using MegatronBridge.Layout;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Bridge.Families;

public sealed class ThinkerTests
{
    [Theory]
    [InlineData("qwen25_omni", "talker.model.norm.weight", "token2wav.code2wav_dit_model.proj_out.bias")]
    [InlineData("qwen3_omni", "talker.model.norm.weight", "code2wav.decoder.0.conv.weight")]
    public void What_speaks_is_left_out_by_name_and_comes_back_from_the_original(string name, params string[] speaking)
    {
        SmallModel thinker = SmallModel.Of(name);
        Speaking whole = new(thinker, speaking);
        ImportPlan import = thinker.Import(ParallelSizes.One, whole);
        Assert.Equal(speaking.Order(StringComparer.Ordinal), import.Ignored.Select(entry => entry.Name));
        Assert.All(
            import.Ignored,
            entry => Assert.Contains("not the one that speaks", entry.Reason, StringComparison.Ordinal)
        );

        ExportPlan export = ExportPlan.Create(
            new AssembledCheckpoint(import, ParallelSizes.One),
            import.Family,
            import.Provider,
            whole
        );
        Assert.Equal(whole.Names.Order(StringComparer.Ordinal), export.Names.Order(StringComparer.Ordinal));
        Assert.All(speaking, tensor => Assert.Equal(whole.Find(tensor)!.ToArray(), export.Tensors[tensor].ToArray()));
    }

    [Fact]
    public void Nothing_speaks_in_a_model_that_only_hears()
    {
        SmallModel model = SmallModel.Of("qwen3_asr");
        MappingException fault = Assert.Throws<MappingException>(() =>
            model.Import(ParallelSizes.One, new Speaking(model, ["talker.model.norm.weight"]))
        );
        Assert.StartsWith("talker.model.norm.weight", Assert.Single(fault.Faults), StringComparison.Ordinal);
    }

    private sealed class Speaking(ITensorSource thinker, string[] speaking) : ITensorSource
    {
        public IReadOnlyCollection<string> Names { get; } = [.. thinker.Names, .. speaking];

        public TensorView? Find(string name) =>
            speaking.Contains(name) ? new RuleTensor(name, DType.BF16, [8]) : thinker.Find(name);
    }
}
