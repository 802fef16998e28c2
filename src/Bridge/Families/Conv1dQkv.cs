using MegatronBridge.Config;
using MegatronBridge.Mapping;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Families;

/// <summary>Query, key and value projection of GPT-2, input first: all queries, all keys, all values from left to right.</summary>
internal sealed class Conv1dQkv(string megatron, string hf) : ParameterMapping(megatron, hf)
{
    private readonly ConcatenatedQkv _rows = new(megatron, hf);

    public override string Kind => "transposed qkv";

    public override TensorView ToMegatron(ModelProvider provider, IReadOnlyList<TensorView> hf) =>
        _rows.ToMegatron(provider, [hf[0].Permute(1, 0)]);

    public override IReadOnlyList<TensorView> ToHf(ModelProvider provider, TensorView megatron) =>
        [_rows.ToHf(provider, megatron)[0].Permute(1, 0)];
}
