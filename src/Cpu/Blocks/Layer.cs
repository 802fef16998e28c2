using MegatronBridge.Cpu.Kernels;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>A layer: steps that add to the residual stream, one after the other.</summary>
/// <param name="Number">The layer in the whole model.</param>
/// <param name="Steps">The steps.</param>
/// <param name="Factor">What the residual stream is multiplied by at the end.</param>
internal sealed record Layer(int Number, IReadOnlyList<ResidualStep> Steps, float Factor = 1)
{
    /// <summary>Changes x <c>[own tokens, streams · hidden]</c>.</summary>
    public void Forward(ForwardPass pass, Matrix x)
    {
        foreach (ResidualStep step in Steps)
        {
            step.Forward(pass, x);
            pass.Observe(Number, step.Name, x);
        }

        Rows.Scale(x, Factor);
        pass.Observe(Number, "layer", x);
    }
}
