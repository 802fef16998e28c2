namespace MegatronBridge.Recipes;

/// <summary>Where a recipe comes from.</summary>
public enum RecipeKind
{
    /// <summary>Upstream's library, <c>megatron.bridge.recipes</c>.</summary>
    Upstream,

    /// <summary>A rule, for a model or mode that upstream has no recipe for: docs/recipes.md.</summary>
    Derived,

    /// <summary>Upstream's <c>megatron.bridge.perf_recipes</c>: a short run that measures throughput.</summary>
    Performance,
}
