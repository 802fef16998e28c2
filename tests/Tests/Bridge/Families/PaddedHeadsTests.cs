using MegatronBridge.Conversion;
using MegatronBridge.Layout;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Bridge.Families;

/// <summary>Kimi K3's checkpoints may have zeros behind the numbers of the heads, of which the config knows nothing.</summary>
public sealed class PaddedHeadsTests
{
    private const string Padded = "language_model.model.layers.1.self_attn.A_log";
    private const string Parameter = "decoder.layers.1.self_attention.A_log";

    [Fact]
    public void Zeros_behind_the_heads_are_left_out_and_come_back()
    {
        SmallModel model = SmallModel.Of("kimi_k3");
        PaddingSource source = new(model, last: 0);
        ImportPlan import = model.Import(ParallelSizes.One, source);
        TensorView heads = Assert
            .Single(import.Parameters, parameter => parameter.Binding.Parameter.Name == Parameter)
            .View;
        Assert.Equal(model.Find(Padded)!.ToArray(), heads.ToArray());

        AssembledCheckpoint checkpoint = new(import, ParallelSizes.One);
        ExportPlan export = ExportPlan.Create(checkpoint, import.Family, import.Provider, source);
        Assert.Equal(source.Find(Padded)!.ToArray(), export.Tensors[Padded].ToArray());
    }

    [Fact]
    public void Anything_else_behind_them_is_refused()
    {
        SmallModel model = SmallModel.Of("kimi_k3");
        ImportPlan import = model.Import(ParallelSizes.One, new PaddingSource(model, last: 1));
        TensorView heads = Assert
            .Single(import.Parameters, parameter => parameter.Binding.Parameter.Name == Parameter)
            .View;
        BadFileException fault = Assert.Throws<BadFileException>(heads.ToArray);
        Assert.StartsWith(Padded, fault.Message, StringComparison.Ordinal);
    }

    private sealed class PaddingSource(SmallModel model, byte last) : ITensorSource
    {
        public IReadOnlyCollection<string> Names => model.Names;

        public TensorView? Find(string name)
        {
            TensorView? found = model.Find(name);
            return name == Padded && found is not null
                ? new MemoryView(found.DType, [7], (byte[])[.. found.ToArray(), .. new byte[11], last])
                : found;
        }
    }
}
