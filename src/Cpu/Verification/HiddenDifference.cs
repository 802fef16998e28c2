namespace MegatronBridge.Cpu.Verification;

/// <summary>How the residual streams of two models differ behind a part.</summary>
/// <param name="Layer">The decoder layer, or -1 for the embedding.</param>
/// <param name="Part">Megatron's name of the part: <c>self_attention</c>, <c>mlp</c>, <c>layer</c> at the end of each layer.</param>
/// <param name="Largest">Largest absolute difference.</param>
/// <param name="Relative">The same, relative to the largest number on the left.</param>
/// <param name="Cosine">Cosine of the angle between the two streams.</param>
public sealed record HiddenDifference(int Layer, string Part, double Largest, double Relative, double Cosine)
{
    /// <summary>For example <c>layer 3, self_attention</c>.</summary>
    public string Place => Layer < 0 ? Part : $"layer {Layer}, {Part}";
}
