using MegatronBridge.Config;
using MegatronBridge.Layout;

namespace MegatronBridge.Recipes.Derived;

/// <summary>The rule by which a derived recipe is made.</summary>
internal static class DerivedSettings
{
    private const int PretrainLength = 4096;
    private const int ExampleLength = 2048;

    /// <summary>What upstream's recipes of the mode share.</summary>
    public static string Base(PublishedModel published, RecipeMode mode) =>
        mode switch
        {
            RecipeMode.Pretrain => "pretrain",
            RecipeMode.Sft => published.IsMultimodal ? "sft_vlm" : "sft",
            _ => published.IsMultimodal ? "peft_vlm" : "peft",
        };

    /// <summary>What a recipe says beside its base, in the notation of the tables.</summary>
    public static IEnumerable<string> Of(PublishedModel published, RecipeMode mode)
    {
        ModelProvider model = published.ToProvider();
        int most = mode == RecipeMode.Pretrain || published.IsMultimodal ? PretrainLength : ExampleLength;
        int length = model.SeqLength > 0 ? Math.Min(most, model.SeqLength) : most;
        DerivedLayout layout = DerivedLayout.Of(model, mode, length);
        yield return $"model: seq_length={length} {layout.Settings(model)}";
        yield return $"train: micro_batch_size=1 global_batch_size={Batch(mode, layout.Sizes)}";
        yield return $"dataset: seq_length={length}";
        if (published.IsMultimodal)
        {
            yield return $"dataset: hf_processor_path={published.HfId}";
        }
        else
        {
            yield return $"tokenizer: tokenizer_model={published.HfId}";
            if (mode != RecipeMode.Pretrain)
            {
                yield return $"dataset: offline_packing_specs.packed_sequence_size={length}";
            }
        }

        if (mode == RecipeMode.Peft && Targets(model) is { } targets)
        {
            yield return $"peft: target_modules={targets}";
        }
    }

    // Upstream's batches, or as many sequences as there are copies of the model.
    private static int Batch(RecipeMode mode, ParallelSizes sizes)
    {
        int usual = mode == RecipeMode.Pretrain ? 32 : 128;
        int copies = sizes.StageSize / sizes.Tp;
        return (usual + copies - 1) / copies * copies;
    }

    // As upstream's recipes for Moonlight, GLM-5 and Nemotron have them; LoRA's own are for ordinary attention.
    private static string? Targets(ModelProvider model) =>
        model.MultiLatentAttention
            ? model["q_lora_rank"].IsNull
                ? """["linear_q_proj","linear_kv_down_proj","linear_kv_up_proj","linear_proj"]"""
                : """["linear_q_down_proj","linear_q_up_proj","linear_kv_down_proj","linear_kv_up_proj","linear_proj"]"""
            : model.Has("hybrid_layer_pattern")
                ? """["linear_qkv","linear_proj","linear_fc1","linear_fc2","in_proj","out_proj"]"""
                : null;
}
