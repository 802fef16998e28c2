using MegatronBridge.Conversion;
using MegatronBridge.Layout;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Bridge.Families;

namespace MegatronBridge.Tests.Bridge.Conversion;

/// <summary>Megatron keeps the expert bias in float32 whatever the type of the model.</summary>
public sealed class ExpertBiasTests
{
    private const string Hf = "model.layers.1.mlp.gate.e_score_correction_bias";
    private const string Megatron = "decoder.layers.1.mlp.router.expert_bias";

    [Fact]
    public void A_cast_of_the_model_leaves_it_alone()
    {
        SmallModel model = SmallModel.Of("deepseek_v3");
        ImportPlan import = model.Import(ParallelSizes.One, cast: DType.F16);
        AssembledCheckpoint checkpoint = new(import, ParallelSizes.One);
        Assert.Equal(DType.F16, checkpoint.Find("output_layer.weight")!.DType);
        Assert.Equal(DType.F32, checkpoint.Find(Megatron)!.DType);
        Assert.DoesNotContain(import.Casts, cast => cast.Name == Hf);

        ExportPlan export = ExportPlan.Create(checkpoint, import.Family, import.Provider, cast: DType.BF16);
        Assert.Equal(DType.BF16, export.Tensors["lm_head.weight"].DType);
        Assert.Equal(DType.F32, export.Tensors[Hf].DType);
        Assert.Equal(model.Find(Hf)!.ToArray(), export.Tensors[Hf].ToArray());
    }

    [Fact]
    public void One_of_half_precision_is_widened_and_comes_back_as_it_was()
    {
        SmallModel model = SmallModel.Of("deepseek_v3");
        NarrowedSource source = new(model);
        ImportPlan import = model.Import(ParallelSizes.One, source);
        Assert.Contains(new Cast(Hf, DType.BF16, DType.F32), import.Casts);
        AssembledCheckpoint checkpoint = new(import, ParallelSizes.One);
        Assert.Equal(DType.F32, checkpoint.Find(Megatron)!.DType);

        ExportPlan export = ExportPlan.Create(checkpoint, import.Family, import.Provider, source);
        Assert.Equal(source.Find(Hf)!.ToArray(), export.Tensors[Hf].ToArray());
    }

    private sealed class NarrowedSource(SmallModel model) : ITensorSource
    {
        public IReadOnlyCollection<string> Names => model.Names;

        public TensorView? Find(string name) => name == Hf ? model.Find(name)!.CastTo(DType.BF16) : model.Find(name);
    }
}
