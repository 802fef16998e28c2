using System.Numerics;
using MegatronBridge.Config;

namespace MegatronBridge.Recipes.Rules;

/// <summary>How batches are dealt out to the copies of the model.</summary>
internal static class BatchRules
{
    public static IEnumerable<string> Faults(ConfigContainer config)
    {
        ModelProvider model = config.Model;
        if (
            config.Whole("train.global_batch_size") is not { } global
            || config.Whole("train.micro_batch_size") is not { } micro
        )
        {
            yield return "train.global_batch_size and train.micro_batch_size must be whole numbers.";
            yield break;
        }

        int gpus = LayoutRules.LeastGpus(model);
        int copies = LayoutRules.Copies(model, model.ContextParallelSize);
        if (micro < 1 || global < 1 || global % (micro * copies) != 0)
        {
            yield return $"train.global_batch_size ({global}) must be a multiple of train.micro_batch_size ({micro}) times the "
                + $"data-parallel copies ({copies} on {gpus} GPUs).";
            yield break;
        }

        int evalCp = (int)
            BigInteger.Min(config.Whole("dist.eval_context_parallel_size") ?? model.ContextParallelSize, 1 << 20);
        int evalRanks = model.TensorModelParallelSize * model.PipelineModelParallelSize * Math.Max(1, evalCp);
        if (gpus % evalRanks != 0)
        {
            yield return $"dist.eval_context_parallel_size ({evalCp}) times TP and PP makes {evalRanks} ranks of an evaluation, which do not "
                + $"divide {gpus} GPUs.";
            yield break;
        }

        BigInteger evalGlobal = config.Whole("validation.eval_global_batch_size") ?? global;
        BigInteger evalMicro = config.Whole("validation.eval_micro_batch_size") ?? micro;
        int evalCopies = LayoutRules.Copies(model, evalCp);
        if (evalMicro < 1 || evalGlobal < 1 || evalGlobal % (evalMicro * evalCopies) != 0)
        {
            yield return $"validation.eval_global_batch_size ({evalGlobal}) must be a multiple of validation.eval_micro_batch_size "
                + $"({evalMicro}) times the data-parallel copies ({evalCopies} on {gpus} GPUs).";
        }
    }
}
