using System.Text.Json;
using MegatronBridge.Families;
using MegatronBridge.Layout;
using MegatronBridge.Recipes;

namespace MegatronBridge.Tests.Docs.Examples;

/// <summary>A model in <c>eng/examples/models.json</c>: what its folder in <c>examples/models</c> is made of.</summary>
internal sealed record ExampleModel
{
    private const int GpusOfANode = 8;

    private static readonly JsonSerializerOptions CamelCase = new(JsonSerializerDefaults.Web);

    /// <summary>All of them, in the order of the file.</summary>
    public static IReadOnlyList<ExampleModel> All { get; } =
        JsonSerializer.Deserialize<ExampleModel[]>(Repository.Read("eng/examples/models.json"), CamelCase)!;

    /// <summary>Its folder below <c>examples/models</c>: <c>brand/model</c>.</summary>
    public required string Folder { get; init; }

    /// <summary>What people call it.</summary>
    public required string Title { get; init; }

    /// <summary>The entry of <c>architectures</c>, of which <c>toy</c> makes the stand-in.</summary>
    public required string Architecture { get; init; }

    /// <summary>Upstream's provider class, where families of the architecture differ in it.</summary>
    public string? Provider { get; init; }

    /// <summary>Arguments of <c>toy</c>, a line each, that make the stand-in fit the layout.</summary>
    public IReadOnlyList<string> Toy { get; init; } = [];

    /// <summary>The real one, on the Hub.</summary>
    public required string Model { get; init; }

    /// <summary>Sizes of the layout that the scripts convert to.</summary>
    public required string Layout { get; init; }

    /// <summary>The recipe that trains all weights; null where there is none.</summary>
    public string? Sft { get; init; }

    /// <summary>The recipe that trains adapters; null where there is none.</summary>
    public string? Peft { get; init; }

    /// <summary>Upstream's module of the forward step that the recipes train with.</summary>
    public string Step { get; init; } = "megatron.bridge.training.gpt_step";

    /// <summary>The last part of the folder.</summary>
    public string Name => Folder[(Folder.IndexOf('/', StringComparison.Ordinal) + 1)..];

    /// <summary>The family.</summary>
    public Family Family =>
        FamilyList.All.First(family =>
            family.Architecture == Architecture && (Provider is null || family.Schema.Name == Provider)
        );

    /// <summary>Its slurm scripts, and the recipe of each.</summary>
    public IEnumerable<(string Script, Recipe Recipe)> Training =>
        new[] { ("slurm_sft.sh", Sft), ("slurm_peft.sh", Peft) }
            .Where(entry => entry.Item2 is not null)
            .Select(entry => (entry.Item1, RecipeList.Find(entry.Item2!)!));

    /// <summary>The sizes of <see cref="Layout"/>.</summary>
    public ParallelSizes Sizes =>
        new()
        {
            Tp = Size("--tp"),
            Pp = Size("--pp"),
            Ep = Size("--ep"),
        };

    /// <summary>Nodes and GPUs on each that the least number of GPUs fills.</summary>
    public static (int Nodes, int Gpus) NodesOf(Recipe recipe)
    {
        int gpus = recipe.Build().LeastGpus;
        return gpus <= GpusOfANode ? (1, gpus)
            : gpus % GpusOfANode == 0 ? (gpus / GpusOfANode, GpusOfANode)
            : throw new InvalidOperationException($"{recipe.Name} needs {gpus} GPUs, which do not fill nodes of 8.");
    }

    private int Size(string option)
    {
        string[] words = Layout.Split(' ');
        int index = Array.IndexOf(words, option);
        return index < 0 ? 1 : int.Parse(words[index + 1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
