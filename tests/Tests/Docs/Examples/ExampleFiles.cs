using System.Text.RegularExpressions;
using MegatronBridge.Recipes;

namespace MegatronBridge.Tests.Docs.Examples;

/// <summary>
/// Writes the folders of <c>examples/models</c> from <c>eng/examples</c>: <c>{{name}}</c> is replaced, and a line that begins with
/// <c>[sft]</c> or <c>[peft]</c> is for that script only.
/// </summary>
internal static partial class ExampleFiles
{
    private const string Notes = "## Good to know\n";

    /// <summary>The files of a model, by their path in the repository.</summary>
    public static IEnumerable<(string Path, string Text)> Of(ExampleModel model)
    {
        string folder = $"examples/models/{model.Folder}/";
        yield return (folder + "conversion.sh", Fill("conversion.sh", Words(model)));
        yield return (folder + "inference.sh", Fill("inference.sh", Words(model)));
        foreach ((string script, Recipe recipe) in model.Training)
        {
            string only = script == "slurm_sft.sh" ? "sft" : "peft";
            yield return (folder + script, Fill("slurm.sh", [.. Words(model), .. Words(recipe)], only));
        }

        yield return (folder + "README.md", Fill("README.md", Words(model)) + NotesOf(model));
    }

    /// <summary>The list of all examples, in the midst of what is written by hand.</summary>
    public static string Index() => Fill("index.md", [("models", string.Concat(ExampleModel.All.Select(Row)))]);

    /// <summary>The part of an example's page that is written by hand, from its heading on.</summary>
    public static string NotesOf(ExampleModel model)
    {
        string path = $"examples/models/{model.Folder}/README.md";
        string page = File.Exists(Path.Combine(Repository.Root, path)) ? Repository.Read(path) : "";
        int begin = page.IndexOf(Notes, StringComparison.Ordinal);
        return begin < 0 ? Notes : page[begin..];
    }

    private static string Row(ExampleModel model)
    {
        string scripts = string.Join(
            " | ",
            new[] { "slurm_sft.sh", "slurm_peft.sh" }.Select(script =>
                model.Training.FirstOrDefault(entry => entry.Script == script).Recipe is { } recipe
                    ? $"`{recipe.Name}`, {Gpus(recipe)}"
                    : "-"
            )
        );
        return $"| [{model.Title}](models/{model.Folder}/README.md) | {model.Model} | {scripts} |\n";
    }

    private static (string Name, string Value)[] Words(ExampleModel model) =>
        [
            ("title", model.Title),
            ("name", model.Name),
            ("architecture", model.Architecture),
            ("model", model.Model),
            ("layout", model.Layout),
            ("toy", string.Concat(model.Toy.Select(line => $" \\\n    {line}"))),
            ("step", model.Step),
            ("what", FamilyComment.All.Single(entry => entry.Family == model.Family).Comment.Text),
            ("page", FamilyPage.NameOf(model.Family)),
            ("training", string.Concat(model.Training.Select(entry => Row(entry.Script, entry.Recipe)))),
        ];

    private static (string Name, string Value)[] Words(Recipe recipe)
    {
        (int nodes, int gpus) = ExampleModel.NodesOf(recipe);
        return
        [
            ("kind", Kind(recipe)),
            ("recipe", recipe.Name),
            ("trained", recipe.Model.HfId),
            ("nodes", $"{nodes}"),
            ("gpus", $"{gpus}"),
            ("dora", recipe.Mode == RecipeMode.Peft ? "; --dora trains DoRA" : ""),
        ];
    }

    private static string Row(string script, Recipe recipe) =>
        $"| `{script}` | trains {recipe.Model.HfId} with NVIDIA's Megatron-Bridge by the {Kind(recipe)} `{recipe.Name}`, on {Gpus(recipe)} or more |\n";

    private static string Kind(Recipe recipe) => recipe.IsUpstream ? "recipe" : "derived recipe";

    private static string Gpus(Recipe recipe) =>
        recipe.Build().LeastGpus is var gpus and not 1 ? $"{gpus} GPUs" : "1 GPU";

    private static string Fill(string template, (string Name, string Value)[] words, string only = "")
    {
        IEnumerable<string> lines = Repository
            .Read($"eng/examples/{template}")
            .Split('\n')
            .Where(line => !Marked().IsMatch(line) || line.StartsWith($"[{only}] ", StringComparison.Ordinal))
            .Select(line => Marked().Replace(line, ""));
        return Word()
            .Replace(string.Join('\n', lines), match => words.Single(word => word.Name == match.Groups[1].Value).Value);
    }

    [GeneratedRegex(@"^\[(?:sft|peft)\] ")]
    private static partial Regex Marked();

    [GeneratedRegex(@"\{\{(\w+)\}\}")]
    private static partial Regex Word();
}
