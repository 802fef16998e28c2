using MegatronBridge.Conversion;
using MegatronBridge.Layout;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Bridge.Families;

public sealed class Gemma4Tests
{
    // Layers 3 to 5 of this one take keys and values from layers before them.
    private const string SharingKeys = "gemma4-e2b";

    private static readonly string[] Unused = ["k_proj.weight", "v_proj.weight", "k_norm.weight"];

    [Fact]
    public void Projections_that_no_layer_uses_come_along_and_back_as_released_checkpoints_have_them()
    {
        SmallModel model = SmallModel.Of(SharingKeys);
        Released source = new(model, 3, 4, 5);
        ImportPlan import = model.Import(ParallelSizes.One, source);
        Assert.Empty(import.Ignored);

        ExportPlan export = ExportPlan.Create(
            new AssembledCheckpoint(import, ParallelSizes.One),
            import.Family,
            import.Provider,
            source
        );
        Assert.Equal(source.Names.Order(StringComparer.Ordinal), export.Names.Order(StringComparer.Ordinal));
        foreach (string name in source.Names)
        {
            Assert.Equal(source.Find(name)!.ToArray(), export.Tensors[name].ToArray());
        }
    }

    [Fact]
    public void Without_them_Megatron_has_zeros_and_norms_of_ones()
    {
        SmallModel model = SmallModel.Of(SharingKeys);
        Dictionary<string, TensorView> parameters = model
            .Import(ParallelSizes.One)
            .Parameters.ToDictionary(parameter => parameter.Binding.Parameter.Name, parameter => parameter.View);

        TensorView qkv = parameters["decoder.layers.3.self_attention.linear_qkv.weight"].Reshape([2, 4, 16 * 64]);
        Assert.All(qkv.Slice(1, 2, 2).ToArray(), octet => Assert.Equal(0, octet));
        Assert.Contains(qkv.Slice(1, 0, 2).ToArray(), octet => octet != 0);
        byte[] norm = parameters["decoder.layers.3.self_attention.k_layernorm.weight"].ToArray();
        Assert.All(norm.Chunk(2), element => Assert.Equal([0x80, 0x3f], element)); // 1 in bfloat16
    }

    /// <summary>The model with the projections that some layers do not use.</summary>
    private sealed class Released(ITensorSource model, params int[] layers) : ITensorSource
    {
        private readonly HashSet<string> _added =
        [
            .. layers.SelectMany(layer => Unused.Select(name => $"model.layers.{layer}.self_attn.{name}")),
        ];

        public IReadOnlyCollection<string> Names => [.. model.Names, .. _added];

        // Of the kind's size: layers 0 and 2 have the same in use.
        public TensorView? Find(string name) =>
            _added.Contains(name)
                ? new RuleTensor(name, DType.BF16, model.Find(name.Replace(LayerOf(name), LayerLike(name)))!.Shape)
                : model.Find(name);

        private static string LayerOf(string name) => $"layers.{name.Split('.')[2]}.";

        private static string LayerLike(string name) => LayerOf(name) == "layers.5." ? "layers.2." : "layers.0.";
    }
}
