using MegatronBridge.Cpu.Kernels;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>A block whose input and output are multiplied by factors: <c>output · block(input · x)</c>.</summary>
internal sealed class ScaledBlock(Block block, float input, float output) : Block
{
    /// <inheritdoc/>
    public override string Name => block.Name;

    /// <inheritdoc/>
    public override bool GivesShares => block.GivesShares;

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass, Matrix x, Matrix y)
    {
        using Scratch.Frame frame = pass.Scratch.Open();
        if (input != 1)
        {
            Matrix scaled = frame.Take(x.Rows, x.Columns); // [tokens, hidden]
            scaled.CopyFrom(x);
            Rows.Scale(scaled, input);
            x = scaled;
        }

        block.Forward(pass, x, y);
        Rows.Scale(y, output);
    }
}
