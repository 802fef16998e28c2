namespace MegatronBridge.Ranks;

/// <summary>Hooks that run one after the other, each on what the one before it returned.</summary>
public sealed class ModelHooks
{
    private readonly List<ModelHook> _hooks = [];

    /// <summary>All hooks as one, or null when there are none.</summary>
    public ModelHook? Composed => _hooks.Count == 0 ? null : Compose(_hooks);

    /// <summary>Several hooks as one that runs them in their order.</summary>
    public static ModelHook Compose(params IEnumerable<ModelHook> hooks)
    {
        ModelHook[] inOrder = [.. hooks];
        return models => inOrder.Aggregate(models, (given, hook) => hook(given) ?? given);
    }

    /// <summary>Adds a hook behind the others, or in front of them.</summary>
    public void Register(ModelHook hook, bool prepend = false) => _hooks.Insert(prepend ? 0 : _hooks.Count, hook);

    /// <summary>The same hooks, to which others may be added.</summary>
    internal ModelHooks Clone()
    {
        ModelHooks clone = new();
        clone._hooks.AddRange(_hooks);
        return clone;
    }
}
