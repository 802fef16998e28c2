using MegatronBridge.Conversion;
using MegatronBridge.Layout;

namespace MegatronBridge.Guide;

/// <summary>Whole checkpoints, file to file.</summary>
public static class Converting
{
    public static async Task ThereAndBack(string model, string work)
    {
        #region convert
        string megatron = Path.Combine(work, "megatron");
        ConversionReport import = await AutoBridge.ImportCheckpointAsync(model, megatron);
        Console.WriteLine($"{import.ParameterCount:N0} parameters, {import.Bytes:N0} bytes in {import.Elapsed}");

        using AutoBridge bridge = AutoBridge.FromHfPretrained(model);
        ConversionReport export = await bridge.ExportCheckpointAsync(megatron, Path.Combine(work, "again"));
        Console.WriteLine(string.Join('\n', export.Notes));
        #endregion
    }

    public static async Task WithLayout(string model, string work, CancellationToken cancellation)
    {
        #region convert-layout
        ImportOptions options = new()
        {
            HfModel = model,
            MegatronPath = Path.Combine(work, "megatron-tp2pp2"),
            Sizes = new() { Tp = 2, Pp = 2 },
            Settings = [new("should_pad_vocab", "true")], // any field of the provider, by upstream's name
        };
        await AutoBridge.ImportCheckpointAsync(options, cancellation: cancellation);
        #endregion
    }
}
