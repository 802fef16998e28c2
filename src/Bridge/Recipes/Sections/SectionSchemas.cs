namespace MegatronBridge.Recipes.Sections;

/// <summary>All classes of sections, and of what is inside them.</summary>
internal static class SectionSchemas
{
    public static IReadOnlyList<SectionSchema> All { get; } =
    [
        new(DirectHFSFTDatasetConfigFields.Target, DirectHFSFTDatasetConfigFields.All),
        new(EnergonDatasetConfigFields.Target, EnergonDatasetConfigFields.All),
        new(NemotronOmniEnergonTaskEncoderConfigFields.Target, NemotronOmniEnergonTaskEncoderConfigFields.All),
        new(QwenVLEnergonTaskEncoderConfigFields.Target, QwenVLEnergonTaskEncoderConfigFields.All),
        new(GPTSFTDatasetConfigFields.Target, GPTSFTDatasetConfigFields.All),
        new(MockVLMSFTDatasetConfigFields.Target, MockVLMSFTDatasetConfigFields.All),
        new(PackedSequenceSpecsFields.Target, PackedSequenceSpecsFields.All),
        new(ChatSFTPreprocessingConfigFields.Target, ChatSFTPreprocessingConfigFields.All),
        new(PromptCompletionSFTPreprocessingConfigFields.Target, PromptCompletionSFTPreprocessingConfigFields.All),
        new(HFDatasetSourceConfigFields.Target, HFDatasetSourceConfigFields.All),
        new(DoRAFields.Target, DoRAFields.All),
        new(LoRAFields.Target, LoRAFields.All),
        new(VLMLoRAFields.Target, VLMLoRAFields.All),
        new(BulkOverlapCfgFields.Target, BulkOverlapCfgFields.All),
        new(CommOverlapConfigFields.Target, CommOverlapConfigFields.All),
        new(PipelineOverlapCfgFields.Target, PipelineOverlapCfgFields.All),
        new(RingExchangeOverlapCfgFields.Target, RingExchangeOverlapCfgFields.All),
        new(TransformerLayerTPOverlapCfgFields.Target, TransformerLayerTPOverlapCfgFields.All),
        new(CheckpointConfigFields.Target, CheckpointConfigFields.All),
        new(DistributedInitConfigFields.Target, DistributedInitConfigFields.All),
        new(GPTDatasetConfigFields.Target, GPTDatasetConfigFields.All),
        new(LoggerConfigFields.Target, LoggerConfigFields.All),
        new(OptimizerConfigFields.Target, OptimizerConfigFields.All),
        new(OptimizerConfigOverrideProviderFields.Target, OptimizerConfigOverrideProviderFields.All),
        new(ProfilingConfigFields.Target, ProfilingConfigFields.All),
        new(RerunStateMachineConfigFields.Target, RerunStateMachineConfigFields.All),
        new(SchedulerConfigFields.Target, SchedulerConfigFields.All),
        new(TrainingConfigFields.Target, TrainingConfigFields.All),
        new(MixedPrecisionConfigFields.Target, MixedPrecisionConfigFields.All),
        new(TokenizerConfigFields.Target, TokenizerConfigFields.All),
        new(DistributedDataParallelConfigFields.Target, DistributedDataParallelConfigFields.All),
        new("megatron.bridge.training.config.DistributedDataParallelConfig", DistributedDataParallelConfigFields.All),
        new(FluxDatasetConfigFields.Target, FluxDatasetConfigFields.All),
        new(WanDatasetConfigFields.Target, WanDatasetConfigFields.All),
        new(Step37Flickr8kSFTDataProviderFields.Target, Step37Flickr8kSFTDataProviderFields.All),
        new(RNGConfigFields.Target, RNGConfigFields.All),
        new(ValidationConfigFields.Target, ValidationConfigFields.All),
    ];

    /// <summary>The class of that full name, or null when it is not known.</summary>
    public static SectionSchema? Find(string? target) => All.FirstOrDefault(schema => schema.Target == target);
}
