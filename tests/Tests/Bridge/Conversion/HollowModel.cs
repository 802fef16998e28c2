using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Families;
using MegatronBridge.Model;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Safetensors;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Bridge.Conversion;

/// <summary>A model folder of any size that takes no room: the files have headers, and holes in the stead of tensors.</summary>
internal static class HollowModel
{
    public static void Write(JsonObject config, string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "config.json"), config.ToJsonString());
        Family family = FamilyList.Of(new HfConfig(config));
        ModelProvider provider = family.ToProvider(new HfConfig(config));
        provider.Complete();
        Dictionary<string, TensorView> tensors = [];
        foreach (Binding binding in Binding.Bind(family, provider, ModelTable.Build(provider)))
        {
            foreach ((string name, Shape shape) in binding.HfNames.Zip(binding.HfShapes()))
            {
                tensors[name] = new ZeroView(binding.Parameter.DType ?? DType.BF16, shape);
            }
        }

        SafetensorsLayout layout = new("model.safetensors", tensors);
        string path = Path.Combine(folder, layout.Name);
        using (OutputFile header = new(path, layout.Placements.Min(placement => placement.Position)))
        {
            layout.Complete(header, []);
        }

        using FileStream file = File.OpenWrite(path);
        file.SetLength(layout.Length);
    }
}
