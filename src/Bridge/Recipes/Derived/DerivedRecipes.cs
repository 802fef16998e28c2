namespace MegatronBridge.Recipes.Derived;

/// <summary>
/// The rule for models and modes that upstream has no recipe for. What it makes is stored in tables, since each layout takes a search;
/// <c>eng/regenerate.sh</c> writes them.
/// </summary>
internal static class DerivedRecipes
{
    // Upstream has a function of that name, which refuses.
    private static readonly string[] Refused = ["qwen3_next_80b_a3b_peft"];

    // Words in a model's name that do not tell one size from another.
    private static readonly string[] Dropped = ["base", "instruct", "it", "hf", "bf16", "pt", "reasoning", "c4ai"];

    /// <summary>Those for the models and modes that <paramref name="upstream"/> leaves out.</summary>
    public static IEnumerable<DerivedRecipe> Beside(IReadOnlyList<Recipe> upstream)
    {
        ILookup<string, Recipe> known = upstream.ToLookup(recipe => recipe.Model.HfId, StringComparer.Ordinal);
        foreach (PublishedModel model in PublishedModels.All)
        {
            bool isMultimodal = model.IsMultimodal;
            Recipe? shortest = known[model.HfId].MinBy(recipe => recipe.Name.Length);
            string stem = shortest is null
                ? StemOf(model.HfId)
                : shortest.Name[..shortest.Name.IndexOf(Ending(shortest.Mode, false), StringComparison.Ordinal)];
            foreach (RecipeMode mode in Enum.GetValues<RecipeMode>())
            {
                string name = stem + Ending(mode, isMultimodal);
                bool isMissing = known[model.HfId].All(recipe => recipe.Mode != mode) && !Refused.Contains(name);
                if (isMissing && HasData(model, mode, isMultimodal))
                {
                    yield return new(shortest?.Family ?? FamilyOf(model.Brand), name, model, mode);
                }
            }
        }
    }

    /// <summary>That for a model that is not among the published ones.</summary>
    /// <exception cref="UnsupportedModelException">No number of GPUs holds it, or there are no data to pretrain it with.</exception>
    public static Recipe For(PublishedModel model, RecipeMode mode)
    {
        bool isMultimodal = model.IsMultimodal;
        return HasData(model, mode, isMultimodal)
            ? new DerivedRecipe("", StemOf(model.HfId) + Ending(mode, isMultimodal), model, mode).ToRecipe()
            : throw new UnsupportedModelException(
                $"{model.Architecture} sees or hears, and upstream has no data to pretrain it with. There are recipes for sft and peft."
            );
    }

    // Models that see or hear are pretrained on mock images, where upstream has some for their processors.
    private static bool HasData(PublishedModel model, RecipeMode mode, bool isMultimodal) =>
        !(isMultimodal && mode == RecipeMode.Pretrain) || DerivedData.HasMock(model);

    private static string FamilyOf(string brand) => brand.Replace('-', '_').Replace(".", "", StringComparison.Ordinal);

    private static string Ending(RecipeMode mode, bool isMultimodal) =>
        mode switch
        {
            RecipeMode.Pretrain => isMultimodal ? "_pretrain_mock" : "_pretrain",
            RecipeMode.Sft => "_sft",
            _ => "_peft",
        };

    // microsoft/Phi-3-mini-4k-instruct is phi_3_mini_4k, allenai/OLMo-2-1124-7B is olmo_2_7b.
    private static string StemOf(string hfId) =>
        string.Join(
            '_',
            hfId[(hfId.LastIndexOf('/') + 1)..]
                .ToLowerInvariant()
                .Split('-', '_')
                .Where(word => !Dropped.Contains(word) && !IsDate(word) && !IsVersion(word))
                .Select(word => word.Replace('.', 'p'))
        );

    private static bool IsDate(string word) => word.Length == 4 && word.All(char.IsAsciiDigit);

    // v0.1 of Mixtral-8x7B-v0.1
    private static bool IsVersion(string word) =>
        word.StartsWith('v') && word.Skip(1).All(c => char.IsAsciiDigit(c) || c == '.');
}
