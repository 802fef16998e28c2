using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Config;

// Parallel sizes and pipeline split.
public partial class TransformerConfig
{
    /// <summary>Tensor parallel size: ranks that share each matrix.</summary>
    public int TensorModelParallelSize
    {
        get => Integer("tensor_model_parallel_size");
        set => this["tensor_model_parallel_size"] = value;
    }

    /// <summary>Pipeline parallel size: stages that share the layers.</summary>
    public int PipelineModelParallelSize
    {
        get => Integer("pipeline_model_parallel_size");
        set => this["pipeline_model_parallel_size"] = value;
    }

    /// <summary>Virtual stages on each pipeline rank, or null for one.</summary>
    public int? VirtualPipelineModelParallelSize
    {
        get => IntegerOrNull("virtual_pipeline_model_parallel_size");
        set => this["virtual_pipeline_model_parallel_size"] = Of(value);
    }

    /// <summary>Expert parallel size: ranks that share the experts of a layer.</summary>
    public int ExpertModelParallelSize
    {
        get => Integer("expert_model_parallel_size");
        set => this["expert_model_parallel_size"] = value;
    }

    /// <summary>Context parallel size: ranks that share a sequence.</summary>
    public int ContextParallelSize
    {
        get => Integer("context_parallel_size");
        set => this["context_parallel_size"] = value;
    }

    /// <summary>True when tensor parallel ranks also share the sequence between their matrices.</summary>
    public bool SequenceParallel
    {
        get => Flag("sequence_parallel");
        set => this["sequence_parallel"] = value;
    }

    /// <summary>Layers of the first pipeline stage, or null for as many as the others.</summary>
    public int? NumLayersInFirstPipelineStage
    {
        get => IntegerOrNull("num_layers_in_first_pipeline_stage");
        set => this["num_layers_in_first_pipeline_stage"] = Of(value);
    }

    /// <summary>Layers of the last pipeline stage, or null for as many as the others.</summary>
    public int? NumLayersInLastPipelineStage
    {
        get => IntegerOrNull("num_layers_in_last_pipeline_stage");
        set => this["num_layers_in_last_pipeline_stage"] = Of(value);
    }

    /// <summary>True when the embedding counts as a layer in the pipeline split.</summary>
    public bool AccountForEmbeddingInPipelineSplit
    {
        get => Flag("account_for_embedding_in_pipeline_split");
        set => this["account_for_embedding_in_pipeline_split"] = value;
    }

    /// <summary>True when the loss counts as a layer in the pipeline split.</summary>
    public bool AccountForLossInPipelineSplit
    {
        get => Flag("account_for_loss_in_pipeline_split");
        set => this["account_for_loss_in_pipeline_split"] = value;
    }

    /// <summary>Which layers each stage has, written out as text or lists, or null.</summary>
    public ConfigValue? PipelineModelParallelLayout
    {
        get => this["pipeline_model_parallel_layout"] is { IsNull: false } value ? value : null;
        set => this["pipeline_model_parallel_layout"] = value ?? ConfigValue.Null;
    }

    /// <summary>Microbatches that a virtual stage works on in a row; follows from the pipeline size.</summary>
    public int? MicrobatchGroupSizePerVpStage
    {
        get => IntegerOrNull("microbatch_group_size_per_vp_stage");
        set => this["microbatch_group_size_per_vp_stage"] = Of(value);
    }

    /// <summary>Element type of the parameters.</summary>
    public DType ParamsDtype
    {
        get => ElementType("params_dtype");
        set => this["params_dtype"] = Of(value);
    }

    /// <summary>Element type of what pipeline stages send; follows from the parameters' when there are stages.</summary>
    public DType? PipelineDtype
    {
        get => ElementTypeOrNull("pipeline_dtype");
        set => this["pipeline_dtype"] = Of(value);
    }

    /// <summary>Element type of autocast; follows from the parameters'.</summary>
    public DType? AutocastDtype
    {
        get => ElementTypeOrNull("autocast_dtype");
        set => this["autocast_dtype"] = Of(value);
    }

    /// <summary>True when the model computes in half precision.</summary>
    public bool Fp16
    {
        get => Flag("fp16");
        set => this["fp16"] = value;
    }

    /// <summary>True when the model computes in bfloat16.</summary>
    public bool Bf16
    {
        get => Flag("bf16");
        set => this["bf16"] = value;
    }

    /// <summary>True when a new model gets random weights.</summary>
    public bool PerformInitialization
    {
        get => Flag("perform_initialization");
        set => this["perform_initialization"] = value;
    }

    /// <summary>True when a new model is made in main memory.</summary>
    public bool UseCpuInitialization
    {
        get => Flag("use_cpu_initialization");
        set => this["use_cpu_initialization"] = value;
    }
}
