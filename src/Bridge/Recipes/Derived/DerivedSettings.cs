using MegatronBridge.Config;
using MegatronBridge.Estimates;
using MegatronBridge.Layout;

namespace MegatronBridge.Recipes.Derived;

/// <summary>The rule by which a derived recipe is made.</summary>
internal static class DerivedSettings
{
    private const int PretrainLength = 4096;
    private const int ExampleLength = 2048;

    /// <summary>What upstream's recipes of the mode share.</summary>
    public static string Base(PublishedModel published, RecipeMode mode)
    {
        string ending = published.IsMultimodal ? "_vlm" : "";
        return mode switch
        {
            RecipeMode.Pretrain => "pretrain",
            RecipeMode.Sft => $"sft{ending}",
            _ => $"peft{ending}",
        };
    }

    /// <summary>What a recipe says beside its base, in the notation of the tables.</summary>
    public static IEnumerable<string> Of(PublishedModel published, RecipeMode mode)
    {
        ModelProvider model = published.ToProvider();
        bool isMultimodal = published.IsMultimodal;
        bool isPretraining = mode == RecipeMode.Pretrain;
        int most = isPretraining || isMultimodal ? PretrainLength : ExampleLength;
        int length = model.SeqLength > 0 ? Math.Min(most, model.SeqLength) : most;
        DerivedLayout layout = DerivedLayout.Of(model, mode, length);
        yield return $"model: seq_length={length} {layout.Settings(model)}";
        yield return $"train: micro_batch_size=1 global_batch_size={Batch(isPretraining || isMultimodal, layout.Sizes)}";
        if (isMultimodal)
        {
            yield return $"dataset: {DerivedData.Of(published, mode)} seq_length={length}";
        }
        else
        {
            string packed = isPretraining ? "" : $" offline_packing_specs.packed_sequence_size={length}";
            yield return $"dataset: seq_length={length}{packed}";
        }

        if (isMultimodal && isPretraining)
        {
            yield return "ddp: overlap_grad_reduce=false overlap_param_gather=false"; // what is frozen has no gradients
            if (model.Has("freeze_vision_model"))
            {
                yield return "model: freeze_vision_model=true";
            }
        }

        if (isPretraining || !isMultimodal)
        {
            yield return $"tokenizer: tokenizer_model={RecipeSettings.Word(published.HfId)}";
        }

        if (mode == RecipeMode.Peft && Targets(model) is { } targets)
        {
            yield return $"peft: target_modules={targets}";
        }
    }

    // Upstream's batches, or as many sequences as there are copies of the model.
    private static int Batch(bool isSmall, ParallelSizes sizes)
    {
        int usual = isSmall ? 32 : 128;
        int copies = sizes.StageSize / sizes.Tp;
        return (usual + copies - 1) / copies * copies;
    }

    // As upstream's recipes for Moonlight, GLM-5 and Nemotron have them; LoRA's own are for ordinary attention.
    private static string? Targets(ModelProvider model)
    {
        string[] wanted =
            model.Has("kimi_kda_layers")
                ? ["q_proj", "k_proj", "v_proj", "q_a_proj", "q_b_proj", "kv_a_proj_with_mqa", "kv_b_proj", "o_proj"]
            : model.MultiLatentAttention
                ?
                [
                    "linear_q_proj",
                    "linear_q_down_proj",
                    "linear_q_up_proj",
                    "linear_kv_proj",
                    "linear_kv_down_proj",
                    "linear_kv_up_proj",
                    "linear_proj",
                ]
            : model.Has("hybrid_layer_pattern") || model.Has("falconh1_stack_spec")
                ? ["linear_qkv", "linear_proj", "linear_fc1", "linear_fc2", "in_proj", "out_proj"]
            : [];
        IReadOnlyList<string> layers = AdapterTargets.Layers(
            new ModelDescription(model.Schema.Name, model).LaidOut(ParallelSizes.One)
        );
        string[] there = [.. wanted.Where(target => layers.Any(layer => AdapterTargets.Means(target, layer)))];
        return there.Length == 0 ? null : $"[{string.Join(',', there.Select(target => $"\"{target}\""))}]";
    }
}
