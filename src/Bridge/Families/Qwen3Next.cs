using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Mapping;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Families;

/// <summary>
/// Qwen3-Next: gated delta net in three layers of four, gated attention in the fourth, experts in all. The delta net's projection is
/// grouped by key head.
/// </summary>
/// <remarks>
/// The released config does not tell that there is a layer for multi-token prediction. Set mtp_num_layers=1 to convert it; otherwise it is
/// left out, as upstream does, but reported.
/// </remarks>
public static class Qwen3Next
{
    private static readonly IReadOnlyList<ParameterMapping> Layer = [.. DeltaNet.Attention, .. DeltaNet.Experts];

    // csharpier-ignore
    /// <summary>The family.</summary>
    public static Family Family { get; } = new()
    {
        Architecture  = "Qwen3NextForCausalLM",
        ModelType     = "qwen3_next",
        HfDefaults    = """
            {
              "attention_bias": false, "attention_dropout": 0.0, "decoder_sparse_step": 1, "dtype": null,
              "head_dim": 256, "hidden_act": "silu", "hidden_size": 2048, "initializer_range": 0.02,
              "intermediate_size": 5632, "layer_types": null, "linear_conv_kernel_dim": 4, "linear_key_head_dim": 128,
              "linear_num_key_heads": 16, "linear_num_value_heads": 32, "linear_value_head_dim": 128,
              "max_position_embeddings": 32768, "mlp_only_layers": [], "moe_intermediate_size": 512,
              "norm_topk_prob": true, "num_attention_heads": 16, "num_experts": 512, "num_experts_per_tok": 10,
              "num_hidden_layers": 48, "num_key_value_heads": 2, "output_router_logits": false,
              "partial_rotary_factor": 0.25, "rms_norm_eps": 1e-06, "router_aux_loss_coef": 0.001,
              "shared_expert_intermediate_size": 512, "tie_word_embeddings": false, "use_cache": true,
              "vocab_size": 151936
            }
            """,
        ConfigMapping = DeltaNet.ConfigMapping,
        Configure     = Configure,
        ConfigureHf   = (hf, provider) => hf["layer_types"] = DeltaNet.LayerTypes(provider),
        Parameters    =
        [
            .. Decoder.Ends,
            .. Layer,
            .. DeltaNet.LinearAttention,
            new ByKeyHead("decoder.layers.*.self_attention.in_proj.weight", "model.layers.*.linear_attn.in_proj_{qkvz,ba}.weight"),
            .. Decoder.PredictingApart(Layer),
        ],
        Ignored       = [.. Decoder.Ignored, .. Unpredicted],
    };

    private static IEnumerable<IgnoredTensor> Unpredicted =>
        Decoder
            .PredictingApart(Layer)
            .SelectMany(row => row.Hf)
            .Select(name => new IgnoredTensor(
                name.Text,
                "the config has no multi-token prediction; set mtp_num_layers=1 to convert it"
            ));

    private static void Configure(ModelProvider provider, HfConfig hf)
    {
        DeltaNet.Configure(provider, hf);
        DeltaNet.ConfigureExperts(provider);
        provider.MoeAuxLossCoeff = 1e-3;
        provider.MoeRouterDtype = "fp32";
    }

    /// <summary>
    /// The projection into the delta net. Hugging Face: for each key head its query, key, values and z; in a second tensor its betas and
    /// alphas. Megatron: all queries, keys, values, z, betas, alphas.
    /// </summary>
    private sealed class ByKeyHead(string megatron, string hf) : ParameterMapping(megatron, hf)
    {
        /// <inheritdoc/>
        public override string Kind => "delta net by key head";

        /// <inheritdoc/>
        public override TensorView ToMegatron(ModelProvider provider, IReadOnlyList<TensorView> hf)
        {
            long heads = provider.LinearNumKeyHeads!.Value;
            long width = hf[0].Shape[1];
            List<TensorView> components = [];
            foreach ((TensorView tensor, long[] rows) in hf.Zip(RowsOfHead(provider)))
            {
                TensorView byHead = tensor.Reshape([heads, tensor.Shape[0] / heads, width]);
                long start = 0;
                foreach (long count in rows)
                {
                    components.Add(byHead.Slice(1, start, count).Reshape([heads * count, width]));
                    start += count;
                }
            }

            return TensorViews.Concat(0, components);
        }

        /// <inheritdoc/>
        public override IReadOnlyList<TensorView> ToHf(ModelProvider provider, TensorView megatron)
        {
            long heads = provider.LinearNumKeyHeads!.Value;
            long width = megatron.Shape[1];
            long start = 0;

            TensorView Tensor(long[] rows)
            {
                List<TensorView> components = [];
                foreach (long count in rows)
                {
                    components.Add(megatron.Slice(0, start, heads * count).Reshape([heads, count, width]));
                    start += heads * count;
                }

                return TensorViews.Concat(1, components).Reshape([heads * rows.Sum(), width]);
            }

            return [.. RowsOfHead(provider).Select(Tensor)];
        }

        /// <summary>Rows of each component in each of the two tensors, for one key head.</summary>
        private static long[][] RowsOfHead(ModelProvider provider)
        {
            long key = provider.LinearKeyHeadDim!.Value;
            long valueHeads = provider.LinearNumValueHeads!.Value / provider.LinearNumKeyHeads!.Value;
            long values = valueHeads * provider.LinearValueHeadDim!.Value;
            return
            [
                [key, key, values, values],
                [valueHeads, valueHeads],
            ];
        }
    }
}
