namespace MegatronBridge.Cli.Verbs;

/// <summary>How fast GPUs train.</summary>
/// <param name="TflopsPerGpu">Their peak, in 10¹² operations a second each.</param>
/// <param name="Utilization">The share of it that training reaches.</param>
/// <param name="Gpus">How many there are.</param>
internal sealed record TrainingSpeed(double TflopsPerGpu, double Utilization, int Gpus)
{
    /// <summary>Seconds that so many operations take.</summary>
    public double SecondsFor(decimal flops) => (double)flops / (TflopsPerGpu * 1e12 * Utilization * Gpus);
}
