namespace MegatronBridge.Config.Rules;

/// <summary>How the layers are shared out over the pipeline.</summary>
internal static class PipelineRules
{
    public static IEnumerable<(bool IsBroken, string Fault)> Of(RuleFields f)
    {
        TransformerConfig config = f.Config;
        bool hasLayout = config.PipelineModelParallelLayout is { IsNull: false };
        bool hasEnds = (config.NumLayersInFirstPipelineStage ?? config.NumLayersInLastPipelineStage) is not null;
        bool counts = config.AccountForEmbeddingInPipelineSplit || config.AccountForLossInPipelineSplit;
        int vp = config.VirtualPipelineModelParallelSize ?? 1;
        return
        [
            (
                hasEnds && counts,
                "num_layers_in_first/last_pipeline_stage and account_for_embedding/loss_in_pipeline_split exclude each other."
            ),
            (
                hasEnds && hasLayout,
                "num_layers_in_first/last_pipeline_stage and pipeline_model_parallel_layout exclude each other."
            ),
            (
                counts && hasLayout,
                "account_for_embedding/loss_in_pipeline_split and pipeline_model_parallel_layout exclude each other."
            ),
            (
                vp > 1 && config.PipelineModelParallelSize == 1,
                $"virtual_pipeline_model_parallel_size is {vp}, but there is only one pipeline rank."
            ),
            .. hasLayout || vp < 1 ? []
            : hasEnds ? Ends(config, vp)
            : counts ? Counted(config, vp)
            : f.Word("hybrid_layer_pattern") is null ? Plain(config, vp)
            : [],
        ];
    }

    private static IEnumerable<(bool, string)> Ends(TransformerConfig config, int vp)
    {
        (string Field, int? Layers)[] ends =
        [
            ("num_layers_in_first_pipeline_stage", config.NumLayersInFirstPipelineStage),
            ("num_layers_in_last_pipeline_stage", config.NumLayersInLastPipelineStage),
        ];
        int layers = config.NumLayers - ends.Sum(end => end.Layers ?? 0);
        int ranks = config.PipelineModelParallelSize - ends.Count(end => end.Layers is not null);
        bool isWrong = layers < 0 || ranks < 0 || layers == 0 != (ranks == 0);
        return
        [
            .. ends.Select(end => (end.Layers < 1, $"{end.Field} is {end.Layers}; it must be 1 or more.")),
            .. ends.Select(end =>
                (
                    end.Layers % vp > 0,
                    $"{end.Field} ({end.Layers}) must be a multiple of virtual_pipeline_model_parallel_size ({vp})."
                )
            ),
            (isWrong, $"Between the first and the last stage {layers} layers remain for {ranks} pipeline ranks."),
            (
                !isWrong && ranks > 0 && layers % ranks != 0,
                $"The {layers} layers between the first and the last stage do not divide over {ranks} pipeline ranks."
            ),
            (
                !isWrong && ranks > 0 && layers % ranks == 0 && layers / ranks % vp != 0,
                $"The {(ranks > 0 ? layers / ranks : 0)} layers of each pipeline rank between the first and the last stage must be a multiple of "
                    + $"virtual_pipeline_model_parallel_size ({vp})."
            ),
        ];
    }

    private static IEnumerable<(bool, string)> Plain(TransformerConfig config, int vp)
    {
        (int layers, int ranks) = (config.NumLayers, Math.Max(1, config.PipelineModelParallelSize));
        return
        [
            (
                layers % ranks != 0 && !config.Has("num_joint_layers"), // models of images are not cut at all, and say so themselves
                $"The {layers} layers do not divide over {ranks} pipeline ranks: num_layers must be a multiple of "
                    + "pipeline_model_parallel_size, or num_layers_in_first_pipeline_stage and num_layers_in_last_pipeline_stage must say what the ends have."
            ),
            (
                layers % ranks == 0 && layers / ranks % vp != 0,
                $"The {layers / ranks} layers of each pipeline rank must be a multiple of virtual_pipeline_model_parallel_size ({vp})."
            ),
        ];
    }

    private static IEnumerable<(bool, string)> Counted(TransformerConfig config, int vp)
    {
        int ranks = Math.Max(1, config.PipelineModelParallelSize);
        int layers =
            config.NumLayers
            + (config.AccountForEmbeddingInPipelineSplit ? 1 : 0)
            + (config.AccountForLossInPipelineSplit ? 1 : 0);
        return
        [
            (
                layers % ranks != 0,
                $"{layers} layers, embedding and loss counted as account_for_embedding/loss_in_pipeline_split say, must be a multiple of "
                    + $"pipeline_model_parallel_size ({ranks})."
            ),
            (
                layers % ranks == 0 && layers / ranks % vp != 0,
                $"The {layers / ranks} layers of each pipeline rank, embedding and loss counted, must be a multiple of "
                    + $"virtual_pipeline_model_parallel_size ({vp})."
            ),
        ];
    }
}
