using System.Collections.Frozen;
using MegatronBridge.Recipes.Sections;

namespace MegatronBridge.Recipes.Derived;

/// <summary>What models that see or hear are trained with, as upstream's nearest recipes have it.</summary>
internal static class DerivedData
{
    private const string Step37 = "Step3p7ForConditionalGeneration";
    private const string Qwen3Omni = "Qwen3OmniMoeForConditionalGeneration";

    // Upstream makes batches of mock images for the processors of these.
    private static readonly FrozenSet<string> WithMock = FrozenSet.Create(
        StringComparer.Ordinal,
        "Gemma3ForConditionalGeneration",
        "Gemma4ForConditionalGeneration",
        "Glm4vForConditionalGeneration",
        "Glm4vMoeForConditionalGeneration",
        "KimiK25ForConditionalGeneration",
        "Mistral3ForConditionalGeneration",
        "NemotronH_Nano_Omni_Reasoning_V3",
        "NemotronH_Nano_VL_V2",
        "Qwen2_5_VLForConditionalGeneration",
        Qwen3Omni,
        "Qwen3VLForConditionalGeneration",
        "Qwen3VLMoeForConditionalGeneration",
        "Qwen3_5ForConditionalGeneration",
        "Qwen3_5MoeForConditionalGeneration"
    );

    /// <summary>True when upstream's mock images can be given to the model.</summary>
    public static bool HasMock(PublishedModel model) => WithMock.Contains(model.Architecture);

    /// <summary>The settings of the section, in the notation of the tables.</summary>
    public static string Of(PublishedModel model, RecipeMode mode)
    {
        if (model.Architecture == Step37)
        {
            return $"_target_={Step37Flickr8kSFTDataProviderFields.Target} data_sharding=false num_workers=0 persistent_workers=false "
                + $"tokenizer_path={RecipeSettings.Word(model.HfId)}";
        }

        string data =
            mode == RecipeMode.Pretrain
                ? $"_target_={MockVLMSFTDatasetConfigFields.Target} num_workers=1 pad_to_max_length=true persistent_workers=false"
                : "enable_in_batch_packing=false"; // a microbatch has one sequence
        string mask = model.Architecture == Qwen3Omni ? " skip_getting_attention_mask_from_dataset=false" : "";
        return $"{data}{mask} hf_processor_path={RecipeSettings.Word(model.HfId)}";
    }
}
