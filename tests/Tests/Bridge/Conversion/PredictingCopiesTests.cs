using MegatronBridge.Conversion;
using MegatronBridge.Layout;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Bridge.Families;

namespace MegatronBridge.Tests.Bridge.Conversion;

/// <summary>The layers for multi-token prediction of released checkpoints have copies of the embedding and the head.</summary>
public sealed class PredictingCopiesTests
{
    private const string Embedding = "model.layers.4.embed_tokens.weight";
    private const string Head = "model.layers.5.shared_head.head.weight";

    [Fact]
    public void Copies_are_reported_with_what_they_must_equal_and_written_again()
    {
        SmallModel model = SmallModel.Of("deepseek_v3-mtp");
        CopyingSource source = new(model);
        ImportPlan import = model.Import(ParallelSizes.One, source);
        Assert.Equal(
            [(Embedding, "model.embed_tokens.weight"), (Head, "lm_head.weight")],
            import.Ignored.Select(entry => (entry.Name, entry.EqualTo!))
        );

        AssembledCheckpoint checkpoint = new(import, ParallelSizes.One);
        ExportPlan export = ExportPlan.Create(checkpoint, import.Family, import.Provider, source);
        Assert.Equal(source.Names.Order(StringComparer.Ordinal), export.Names.Order(StringComparer.Ordinal));
        Assert.Equal(source.Find(Head)!.ToArray(), export.Tensors[Head].ToArray());
    }

    private sealed class CopyingSource(SmallModel model) : ITensorSource
    {
        public IReadOnlyCollection<string> Names => [.. model.Names, Embedding, Head];

        public TensorView? Find(string name) =>
            model.Find(
                name switch
                {
                    Embedding => "model.embed_tokens.weight",
                    Head => "lm_head.weight",
                    _ => name,
                }
            );
    }
}
