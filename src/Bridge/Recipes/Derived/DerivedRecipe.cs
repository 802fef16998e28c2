namespace MegatronBridge.Recipes.Derived;

/// <summary>A recipe that the rule makes.</summary>
/// <param name="Family">The table that it stands in.</param>
/// <param name="Name">Its name.</param>
/// <param name="Model">The model.</param>
/// <param name="Mode">What is trained.</param>
internal sealed record DerivedRecipe(string Family, string Name, PublishedModel Model, RecipeMode Mode)
{
    /// <summary>The recipe as its table has it; the layout is searched for.</summary>
    public string ToText() =>
        $"recipe {Name} : {DerivedSettings.Base(Model, Mode)}\n"
        + string.Concat(DerivedSettings.Of(Model, Mode).Prepend($"of: {Model.HfId}").Select(line => $"  {line}\n"));

    /// <summary>The recipe at once, in no table.</summary>
    public Recipe ToRecipe() =>
        new(
            Mode,
            Name,
            Model,
            string.Join('\n', DerivedSettings.Of(Model, Mode).Prepend($"use: {DerivedSettings.Base(Model, Mode)}"))
        )
        {
            Family = Family,
            Kind = RecipeKind.Derived,
        };
}
