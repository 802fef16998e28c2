using MegatronBridge.Conversion;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Safetensors;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Bridge.Adapters;

/// <summary>Adapters that are not as they should be.</summary>
internal static class DamagedAdapter
{
    /// <summary>Copies a folder with all that is in it.</summary>
    public static void Copy(string source, string target)
    {
        foreach (string file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    /// <summary>A whole model as a Megatron checkpoint.</summary>
    public static async Task ImportAsync(string model, string target)
    {
        using Importer importer = Importer.Open(new() { HfModel = model, MegatronPath = target });
        await importer.RunAsync();
    }

    /// <summary>Copies a folder of peft with other tensors: a change that gives null leaves one out.</summary>
    public static async Task ChangeAsync(
        string source,
        string target,
        Func<string, TensorView, IEnumerable<(string Name, TensorView View)>> change
    )
    {
        Directory.CreateDirectory(target);
        File.Copy(Path.Combine(source, "adapter_config.json"), Path.Combine(target, "adapter_config.json"));
        using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(source, "adapter_model.safetensors"));
        SafetensorsLayout layout = new(
            "adapter_model.safetensors",
            file.Tensors.SelectMany(tensor => change(tensor.Key, tensor.Value))
                .Select(tensor => KeyValuePair.Create(tensor.Name, tensor.View))
        );
        await TransferEngine.RunAsync([layout], target, TransferOptions.Default);
    }
}
