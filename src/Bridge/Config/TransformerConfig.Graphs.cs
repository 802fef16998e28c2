namespace MegatronBridge.Config;

// CUDA graphs: older spellings are brought up to date, and names become members of upstream's enums.
public partial class TransformerConfig
{
    private static readonly string[] GraphModules = ["attn", "mlp", "moe", "moe_router", "moe_preprocess", "mamba"];
    private static readonly string[] GraphScopes = ["none", "layer", "block"];

    private void CompleteGraphs()
    {
        if (this["cuda_graph_impl"] == "none" && Flag("enable_cuda_graph") != Flag("external_cuda_graph"))
        {
            this["cuda_graph_impl"] = Flag("enable_cuda_graph") ? "local" : "transformer_engine";
        }

        if (!this["cuda_graph_scope"].IsNull && ModuleNames(this["cuda_graph_modules"]).Count == 0)
        {
            this["cuda_graph_modules"] = this["cuda_graph_scope"];
            this["cuda_graph_scope"] = ConfigValue.Null;
        }

        List<string> modules = ModuleNames(this["cuda_graph_modules"]);
        if (modules.Remove("full_iteration"))
        {
            this["cuda_graph_impl"] = "full_iteration";
        }

        bool isLocal = this["cuda_graph_impl"] == "local";
        if (modules.Remove("full_iteration_inference") && isLocal)
        {
            this["inference_cuda_graph_scope"] = Scope("block");
        }

        if (isLocal && modules.Exists(module => module is "moe_router" or "moe_preprocess"))
        {
            modules.AddRange(new[] { "moe_router", "moe_preprocess" }.Except(modules));
        }

        this["cuda_graph_modules"] = ConfigValue.ListOf(
            modules.Select(module =>
                Array.IndexOf(GraphModules, module) is >= 0 and var index
                    ? Targets.Member("megatron.core.transformer.enums.CudaGraphModule", index + 1, module)
                    : module
            )
        );
        SetIfNull("inference_cuda_graph_scope", isLocal ? Scope("layer") : Targets.NoInferenceGraph);
    }

    // "full" is the older word for whole layers, for which there are no modules.
    private static List<string> ModuleNames(ConfigValue modules) =>
        modules switch
        {
            ConfigValue.Text text => [.. text.Value.Split(',').Where(name => name is not ("full" or ""))],
            ConfigValue.List list => [.. list.Items.Select(Targets.NameOf).Where(name => name != "full")],
            { IsNull: true } => [],
            _ => [Targets.NameOf(modules)],
        };

    private static ConfigValue Scope(string name) =>
        Targets.Member(Targets.Of(Targets.NoInferenceGraph)!, Array.IndexOf(GraphScopes, name) + 1, name);
}
