using System.Text;
using MegatronBridge.Config;
using MegatronBridge.Layout;

namespace MegatronBridge.Recipes.Derived;

/// <summary>The rule by which a derived recipe is made.</summary>
internal static class DerivedSettings
{
    private const int PretrainLength = 4096;
    private const int ExampleLength = 2048;

    /// <summary>The settings for a model and a mode, in the notation of the tables.</summary>
    public static string Of(PublishedModel published, RecipeMode mode)
    {
        ModelProvider model = published.ToProvider();
        int most = mode == RecipeMode.Pretrain || published.IsMultimodal ? PretrainLength : ExampleLength;
        int length = model.SeqLength > 0 ? Math.Min(most, model.SeqLength) : most;
        DerivedLayout layout = DerivedLayout.Of(model, mode, length);
        StringBuilder text = new();
        text.AppendLine($"use: {Root(mode, published.IsMultimodal)}")
            .AppendLine($"model: seq_length={length} {layout.Settings(model)}")
            .AppendLine($"train: micro_batch_size=1 global_batch_size={Batch(mode, layout.Sizes)}")
            .AppendLine($"dataset: seq_length={length}");
        if (published.IsMultimodal)
        {
            text.AppendLine($"dataset: hf_processor_path={published.HfId}");
        }
        else
        {
            text.AppendLine($"tokenizer: tokenizer_model={published.HfId}");
            if (mode != RecipeMode.Pretrain)
            {
                text.AppendLine($"dataset: offline_packing_specs.packed_sequence_size={length}");
            }
        }

        if (mode == RecipeMode.Peft && Targets(model) is { } targets)
        {
            text.AppendLine($"peft: target_modules={targets}");
        }

        return text.ToString();
    }

    private static string Root(RecipeMode mode, bool isMultimodal) =>
        mode switch
        {
            RecipeMode.Pretrain => "pretrain",
            RecipeMode.Sft => isMultimodal ? "sft_vlm" : "sft",
            _ => isMultimodal ? "peft_vlm" : "peft",
        };

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
