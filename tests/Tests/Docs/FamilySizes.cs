using System.Globalization;
using MegatronBridge.Config;
using MegatronBridge.Estimates;
using MegatronBridge.Families;
using MegatronBridge.Layout;
using MegatronBridge.Recipes;

namespace MegatronBridge.Tests.Docs;

/// <summary>The published sizes of a family, with what the code makes of them: how many parameters, which layouts.</summary>
internal static class FamilySizes
{
    private const int MostRanks = 64;

    private static readonly ILookup<Family, (string Id, ModelProvider Provider)> Known = PublishedModels
        .All.Select(model => (Id: model.HfId, Provider: Provider(model, null)))
        .Concat(RecipeList.All.Select(recipe => (Id: recipe.Model.HfId, Provider: Provider(recipe.Model, recipe))))
        .DistinctBy(model => model.Id)
        .Where(model => model.Id.Contains('/', StringComparison.Ordinal))
        .ToLookup(model => Recognised(model.Provider)!);

    /// <summary>A row for each size, or nothing where none is known.</summary>
    public static IEnumerable<string> Rows(Family family) =>
        Known[family].Select(model => Row(model.Id, model.Provider));

    /// <summary>The first of the published models, or null.</summary>
    public static string? First(Family family) => Known[family].Select(model => model.Id).FirstOrDefault();

    /// <summary>True when the model is of the family.</summary>
    public static bool Has(Family family, string id) => Known[family].Any(model => model.Id == id);

    /// <summary>The row of a recipe.</summary>
    public static string Row(Recipe recipe)
    {
        ConfigContainer config = recipe.Build();
        return $"| {recipe.Name} | {recipe.Model.HfId} | {config.LeastGpus} | {ParallelSizes.Of(config.Model).Describe()} | {config["model.seq_length"]} |\n";
    }

    private static string Row(string id, ModelProvider provider)
    {
        ModelProvider whole = LaidOut(provider, ParallelSizes.One)!;
        ParameterCount count = ParameterCount.Of(whole);
        string ep = whole.NumMoeExperts is { } experts
            ? List(provider, Divisors(experts, experts), size => new() { Ep = size })
            : "-";
        return $"| {id} | {Billions(count.Total)} | {(count.Active == count.Total ? "all" : Billions(count.Active))} | {whole.NumLayers} "
            + $"| {List(provider, PowersOfTwo(), size => new() { Tp = size })} "
            + $"| {List(provider, Divisors(whole.NumLayers, MostRanks), size => new() { Pp = size })} | {ep} |\n";
    }

    private static string List(ModelProvider provider, IEnumerable<int> sizes, Func<int, ParallelSizes> layout) =>
        string.Join(", ", sizes.Where(size => LaidOut(provider, layout(size)) is not null));

    private static ModelProvider? LaidOut(ModelProvider provider, ParallelSizes sizes)
    {
        try
        {
            ModelProvider laidOut = new ModelDescription("", provider).LaidOut(sizes);
            if (!laidOut.MultiLatentAttention && sizes.Tp > laidOut.NumQueryGroups)
            {
                return null; // as training has it
            }

            return laidOut;
        }
        catch (Exception e) when (e is LayoutException or InvalidConfigException or UnsupportedModelException)
        {
            return null;
        }
    }

    private static ModelProvider Provider(PublishedModel model, Recipe? recipe)
    {
        ModelProvider provider = model.ToProvider();
        if (provider["num_layers"].IsNull && recipe is not null)
        {
            provider = recipe.Build().Model.Clone(); // the recipe itself tells what the model is
        }

        provider["pipeline_model_parallel_layout"] = ConfigValue.Null;
        return provider;
    }

    private static Family? Recognised(ModelProvider provider)
    {
        ModelProvider? whole = LaidOut(provider, ParallelSizes.One);
        try
        {
            return whole is null ? null : FamilyRecognition.Of(whole);
        }
        catch (UnsupportedModelException)
        {
            return null; // upstream's recipes have classes that no conversion makes
        }
    }

    private static IEnumerable<int> Divisors(int number, int most) =>
        Enumerable.Range(1, Math.Min(number, most)).Where(divisor => number % divisor == 0);

    private static IEnumerable<int> PowersOfTwo() => Enumerable.Range(0, 7).Select(power => 1 << power);

    private static string Billions(long count) =>
        count >= 1_000_000_000
            ? (count / 1e9).ToString("0.00", CultureInfo.InvariantCulture) + " B"
            : (count / 1e6).ToString("0", CultureInfo.InvariantCulture) + " M";
}
