using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Conversion;
using MegatronBridge.Families;
using MegatronBridge.Layout;

namespace MegatronBridge.Tests.Golden;

/// <summary>A manifest in one of its layouts, and what we make of it.</summary>
public sealed class GoldenCase
{
    public GoldenCase(string family, string layout)
    {
        Manifest = GoldenManifest.Load(family);
        Layout = Manifest.Layout(layout);
        JsonObject sizes = Layout.Sizes;
        Sizes = new()
        {
            Tp = sizes["tp"]!.GetValue<int>(),
            Pp = sizes["pp"]!.GetValue<int>(),
            Vp = sizes["vpp"]!.GetValue<int>(),
            Ep = sizes["ep"]!.GetValue<int>(),
            Etp = sizes["etp"]!.GetValue<int>(),
            Dp = sizes["dp"]!.GetValue<int>(),
        };
    }

    public GoldenManifest Manifest { get; }

    public GoldenLayout Layout { get; }

    public ParallelSizes Sizes { get; }

    public HfConfig Config => new(Manifest.Hf["config"]!.DeepClone().AsObject());

    public Family Family => FamilyList.Of(Config);

    /// <summary>The provider as the manifest's run_config.yaml has it.</summary>
    public ModelProvider Provider
    {
        get
        {
            JsonObject model = Layout.Model;
            ModelProvider provider = ModelProvider.Of(
                ProviderSchema.Find(model["_target_"]!.GetValue<string>(), model.Select(entry => entry.Key))!
            );
            foreach ((string name, JsonNode? value) in model)
            {
                if (name != "_target_")
                {
                    provider[name] = ConfigValue.FromJson(value);
                }
            }

            return provider;
        }
    }

    /// <summary>The import plan for the manifest's weights.</summary>
    public ImportPlan Plan() => ImportPlan.Create(Manifest.HfTensors(), Family, Provider);
}
