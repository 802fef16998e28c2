using MegatronBridge.Mapping;
using MegatronBridge.Ranks;

namespace MegatronBridge.Guide;

/// <summary>Which parameter is made of which tensors.</summary>
public static class Inspecting
{
    public static void Registry(string model)
    {
        #region registry
        using AutoBridge bridge = AutoBridge.FromHfPretrained(model);
        Console.WriteLine(bridge);

        MappingRegistry registry = bridge.MappingRegistry;
        foreach (ParameterMapping row in registry.GetAllMappings())
        {
            Console.WriteLine(row); // decoder.layers.*.mlp.linear_fc1.weight <- gated(model.layers.*.mlp.gate_proj.weight, ...)
        }

        ResolvedMapping qkv = registry.MegatronToHfLookup("decoder.layers.0.self_attention.linear_qkv.weight")!;
        Console.WriteLine(string.Join(", ", qkv.HfParams));

        ResolvedMapping fc1 = registry.HfToMegatronLookup("model.layers.0.mlp.up_proj.weight")[0];
        Console.WriteLine(fc1.MegatronParam);

        Console.WriteLine(registry.GetMappingsByPattern("*layernorm*").Count);
        #endregion
    }

    public static void Tasks(string model)
    {
        #region tasks
        using AutoBridge bridge = AutoBridge.FromHfPretrained(model);
        IReadOnlyList<MegatronModel> models = bridge.ToMegatronModel(
            loadWeights: false,
            options: new() { WrapWithDdp = false }
        );
        foreach (WeightConversionTask task in bridge.GetConversionTasks(models).Take(5))
        {
            Console.WriteLine($"{task.ParamName} <- {task.Mapping.Mapping.Kind}({string.Join(", ", task.Mapping.HfParams)})");
            Console.WriteLine($"  stage {task.PpRank}, virtual stage {task.VpStage}, {task.ParamWeight?.Shape}");
        }
        #endregion
        models[0].Dispose();
    }
}
