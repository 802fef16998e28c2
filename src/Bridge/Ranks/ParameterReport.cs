using System.Globalization;
using Microsoft.Extensions.Logging;

namespace MegatronBridge.Ranks;

/// <summary>How many trained elements a tensor and pipeline parallel rank has, all its virtual stages together.</summary>
/// <param name="TensorRank">Rank among those that share each matrix.</param>
/// <param name="PipelineRank">Rank among the stages.</param>
/// <param name="ParameterCount">Elements, copies included.</param>
public sealed record ParameterReport(int TensorRank, int PipelineRank, long ParameterCount)
{
    /// <summary>Counts what this rank has.</summary>
    public static ParameterReport Of(IReadOnlyList<MegatronModel> models) =>
        new(
            models[0].Parallel.Tensor.Rank,
            models[0].Parallel.Pipeline.Rank,
            models.Sum(model => model.ParameterCount)
        );

    /// <summary>Tells the logger on the first of the ranks that have the same, so that each number is told once.</summary>
    public static void Log(IReadOnlyList<MegatronModel> models, ILogger logger)
    {
        if (models.Count > 0 && models[0].Parallel.DataAndContext.Rank == 0 && logger.IsEnabled(LogLevel.Information))
        {
            logger.Log(LogLevel.Information, default, Of(models), null, (report, _) => report.ToString());
        }
    }

    /// <summary><c>number of parameters on (tensor, pipeline) model parallel rank (0, 1): 8,030,261,248</c></summary>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"number of parameters on (tensor, pipeline) model parallel rank ({TensorRank}, {PipelineRank}): {ParameterCount:N0}"
        );
}
