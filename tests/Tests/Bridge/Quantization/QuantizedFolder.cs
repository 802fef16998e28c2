using System.Text;
using System.Text.Json.Nodes;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Safetensors;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Bridge.Families;

namespace MegatronBridge.Tests.Bridge.Quantization;

/// <summary>Writes a small model whose linear layers are stored in some form, as a Hugging Face folder.</summary>
internal static class QuantizedFolder
{
    /// <summary>Writes the model; returns how many tensors are stored as codes.</summary>
    public static async Task<int> WriteAsync(string folder, string model, StoredForm form, params string[] left)
    {
        SmallModel small = SmallModel.Of(model);
        Dictionary<string, TensorView> tensors = [];
        int quantized = 0;
        foreach (string name in small.Names)
        {
            TensorView view = small.Find(name)!;
            bool isLinear = name.Contains("proj", StringComparison.Ordinal) && view.Shape.Rank == 2;
            if (!isLinear || view.Shape[1] % 32 != 0 || left.Any(part => name.Contains(part, StringComparison.Ordinal)))
            {
                tensors.Add(name, view);
                continue;
            }

            quantized++;
            foreach (
                (string part, TensorView stored) in form.Make(
                    name,
                    (int)view.Shape[0],
                    (int)view.Shape[1],
                    new(7)
                ).Parts
            )
            {
                tensors.Add(part, stored);
            }
        }

        Directory.CreateDirectory(folder);
        SafetensorsLayout layout = new("model.safetensors", tensors);
        await TransferEngine.RunAsync([layout], folder, TransferOptions.Default);
        JsonObject config = SmallConfigs.Config(model);
        config["quantization_config"] = JsonNode.Parse(form.Json);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "config.json"),
            config.ToJsonString(),
            new UTF8Encoding(false)
        );
        return quantized;
    }
}
