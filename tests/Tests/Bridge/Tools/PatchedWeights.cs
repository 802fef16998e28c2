using System.Buffers.Binary;
using System.Text.Json.Nodes;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Safetensors;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Bridge.Tools;

/// <summary>Changes the weights of a model of one safetensors file.</summary>
internal static class PatchedWeights
{
    /// <summary>Writes <paramref name="bytes"/> at an offset of a tensor.</summary>
    public static void Write(string hf, string tensor, long offset, params byte[] bytes)
    {
        using FileStream file = File.Open(Path.Combine(hf, "model.safetensors"), FileMode.Open);
        byte[] length = new byte[8];
        file.ReadExactly(length);
        byte[] header = new byte[BinaryPrimitives.ReadInt64LittleEndian(length)];
        file.ReadExactly(header);
        long begin = JsonNode.Parse(header)![tensor]!["data_offsets"]![0]!.GetValue<long>();
        file.Position = 8 + header.Length + begin + offset;
        file.Write(bytes);
    }

    /// <summary>Writes the model with other tensors.</summary>
    public static async Task SaveAsync(string hf, IReadOnlyDictionary<string, TensorView> tensors)
    {
        File.Delete(Path.Combine(hf, "model.safetensors"));
        await TransferEngine.RunAsync(
            [new SafetensorsLayout("model.safetensors", tensors)],
            hf,
            TransferOptions.Default,
            cancellation: TestContext.Current.CancellationToken
        );
    }
}
