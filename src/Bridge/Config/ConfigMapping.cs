using System.Text.Json.Nodes;

namespace MegatronBridge.Config;

/// <summary>Which key of a config.json is which field of a provider. Ordered, both directions; a key may be dotted.</summary>
public sealed class ConfigMapping
{
    private ConfigMapping(IReadOnlyList<(string Hf, string Megatron)> rows)
    {
        Rows = rows;
    }

    /// <summary>No rows.</summary>
    public static ConfigMapping Empty { get; } = new([]);

    /// <summary>What all families share.</summary>
    public static ConfigMapping Standard { get; } =
        new([
            ("num_hidden_layers", "num_layers"),
            ("hidden_size", "hidden_size"),
            ("intermediate_size", "ffn_hidden_size"),
            ("num_attention_heads", "num_attention_heads"),
            ("num_key_value_heads", "num_query_groups"),
            ("head_dim", "kv_channels"),
            ("vocab_size", "vocab_size"),
            ("max_position_embeddings", "seq_length"),
            ("rms_norm_eps", "layernorm_epsilon"),
            ("initializer_range", "init_method_std"),
            ("attention_dropout", "attention_dropout"),
            ("hidden_dropout", "hidden_dropout"),
            ("tie_word_embeddings", "share_embeddings_and_output_weights"),
            ("attention_bias", "add_qkv_bias"),
            ("mlp_bias", "add_bias_linear"),
            ("use_qk_norm", "qk_layernorm"),
            ("rope_theta", "rotary_base"),
            ("partial_rotary_factor", "rotary_percent"),
            ("num_experts", "num_moe_experts"),
            ("num_local_experts", "num_moe_experts"),
            ("num_experts_per_tok", "moe_router_topk"),
            ("moe_intermediate_size", "moe_ffn_hidden_size"),
            ("aux_loss_alpha", "moe_aux_loss_coeff"),
            ("router_aux_loss_coef", "moe_aux_loss_coeff"),
            ("scoring_func", "moe_router_score_function"),
            ("n_routed_experts", "num_moe_experts"),
            ("n_group", "moe_router_num_groups"),
            ("topk_group", "moe_router_group_topk"),
            ("routed_scaling_factor", "moe_router_topk_scaling_factor"),
            ("q_lora_rank", "q_lora_rank"),
            ("kv_lora_rank", "kv_lora_rank"),
            ("qk_nope_head_dim", "qk_head_dim"),
            ("qk_rope_head_dim", "qk_pos_emb_head_dim"),
            ("v_head_dim", "v_head_dim"),
            ("num_nextn_predict_layers", "mtp_num_layers"),
            ("mtp_num_hidden_layers", "mtp_num_layers"),
        ]);

    /// <summary>Key and field of each row.</summary>
    public IReadOnlyList<(string Hf, string Megatron)> Rows { get; }

    /// <summary>A mapping for configs whose keys are others.</summary>
    public static ConfigMapping Of(params IReadOnlyList<(string Hf, string Megatron)> rows) => new(rows);

    /// <summary>The same mapping with more rows behind.</summary>
    public ConfigMapping With(params IEnumerable<(string Hf, string Megatron)> rows) => new([.. Rows, .. rows]);

    /// <summary>The same mapping without the rows of some keys.</summary>
    public ConfigMapping Without(params IEnumerable<string> hfKeys)
    {
        HashSet<string> gone = [.. hfKeys];
        return new([.. Rows.Where(row => !gone.Contains(row.Hf))]);
    }

    /// <summary>
    /// Sets the fields that the provider has from the keys that the config has. Of several keys for a field the first that exists
    /// counts, be it null.
    /// </summary>
    public void ToMegatron(HfConfig hf, ModelProvider provider)
    {
        HashSet<string> done = [];
        foreach ((string key, string field) in Rows)
        {
            if (hf.Has(key) && provider.Has(field) && done.Add(field))
            {
                try
                {
                    provider[field] = hf.Value(key);
                }
                catch (InvalidConfigException e)
                {
                    throw new Storage.BadFileException(hf.Path, $"\"{key}\" cannot be taken: {e.Message}", e);
                }
            }
        }
    }

    /// <summary>Sets every key whose field the provider has; dotted keys make nested objects.</summary>
    public void ToHf(ModelProvider provider, JsonObject hf)
    {
        foreach ((string key, string field) in Rows)
        {
            if (provider.Has(field))
            {
                string[] parts = key.Split('.');
                JsonObject parent = hf;
                foreach (string part in parts[..^1])
                {
                    parent = parent[part] as JsonObject ?? (JsonObject)(parent[part] = new JsonObject());
                }

                parent[parts[^1]] = provider[field].ToJson();
            }
        }
    }
}
