namespace MegatronBridge.Recipes.Rules;

/// <summary>What must hold between the sections of a run; each fault tells its numbers.</summary>
internal static class RecipeRules
{
    /// <summary>All faults, the model's own included.</summary>
    public static IEnumerable<string> Faults(ConfigContainer config)
    {
        ConfigContainer applied = PrecisionSettings.Applied(config);
        return
        [
            .. FieldRules.Faults(config),
            .. LayoutRules.Faults(applied),
            .. BatchRules.Faults(applied),
            .. SequenceRules.Faults(applied),
            .. ScheduleRules.Faults(applied),
            .. DatasetRules.Faults(applied),
            .. OptimizerRules.Faults(applied),
            .. ShardingRules.Faults(applied),
            .. CheckpointRules.Faults(applied),
            .. ModelRules.Faults(applied),
        ];
    }
}
