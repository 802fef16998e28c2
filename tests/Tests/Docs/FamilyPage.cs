using System.Text;
using System.Text.RegularExpressions;
using MegatronBridge.Config;
using MegatronBridge.Families;
using MegatronBridge.Mapping;
using MegatronBridge.Recipes;
using MegatronBridge.Tests.Bridge.Families;
using MegatronBridge.Tests.Docs.Examples;
using MegatronBridge.Tools;

namespace MegatronBridge.Tests.Docs;

/// <summary>Writes a page of docs/models: what the code knows of the families of one file, and what was written by hand of an example.</summary>
internal static class FamilyPage
{
    private const int LongestTitle = 70;

    /// <summary>All pages, by their path in the repository.</summary>
    public static IEnumerable<(string Path, string Text)> All() =>
        FamilyComment
            .All.GroupBy(entry => entry.Comment.Class)
            .Select(group => ($"docs/models/{NameOf(group.First().Family)}.md", Write([.. group])));

    /// <summary>The name of the page of a family: that of its class, in words.</summary>
    public static string NameOf(Family family) =>
        Regex
            .Replace(
                FamilyComment.All.Single(entry => entry.Family == family).Comment.Class,
                "(?<=[a-z0-9])[A-Z]",
                letter => $"-{letter.Value}"
            )
            .ToLowerInvariant();

    private static string Write((Family Family, FamilyComment Comment)[] families)
    {
        string name = families[0].Comment.Class;
        StringBuilder page = new($"# {Title(families[0].Comment)}\n\n");
        foreach ((Family family, FamilyComment comment) in families)
        {
            string others =
                family.OtherArchitectures.Count > 0
                    ? $", also {string.Join(", ", family.OtherArchitectures.Select(Code))}"
                    : "";
            page.Append($"{Code(family.Architecture)}{others}: {comment.Text}\n\n");
        }

        page.Append(
            $"Megatron has it as {string.Join(" or ", families.Select(entry => Code(entry.Family.Schema.Name)).Distinct())}. "
        );
        page.Append($"Every tensor of both sides is in [{name}.cs](../../src/Bridge/Families/{name}.cs), ");
        page.Append("which reads like a table.");
        foreach (ExampleModel example in Examples(families))
        {
            page.Append(
                $" Scripts to start from: [{example.Title}](../../examples/models/{example.Folder}/README.md)."
            );
        }

        page.Append("\n\n");
        WriteCommands(page, families[0].Family);
        WriteSizes(page, families);
        WriteFacts(page, families);
        WriteNotes(page, families);
        WriteRecipes(page, families);
        WriteProofs(page, families);
        WriteLimits(page, families);
        return page.ToString().TrimEnd('\n') + "\n";
    }

    /// <summary>What the comment begins with, as in <c>Qwen3 dense: ...</c>, or else the class.</summary>
    private static string Title(FamilyComment comment) =>
        comment.Text.IndexOf(": ", StringComparison.Ordinal) is var colon and > 0 and < LongestTitle
            ? comment.Text[..colon]
            : comment.Class;

    private static void WriteCommands(StringBuilder page, Family family)
    {
        string model = FamilySizes.First(family) ?? "MODEL";
        page.Append("## Commands\n\n");
        page.Append($"    megatron-bridge import --hf-model {model} --megatron-path megatron\n");
        page.Append($"    megatron-bridge compare {model} megatron\n");
        page.Append("    megatron-bridge export --megatron-path megatron --hf-path again\n");
        if (!family.IsOfDiffusers)
        {
            page.Append($"    megatron-bridge memory --hf-model {model} --gpus 8 --gpu-memory 80GB\n");
        }

        if (RandomModel.Architectures.Contains(family.Architecture))
        {
            page.Append($"    megatron-bridge toy --architecture {family.Architecture} --hf-path small\n");
        }

        page.Append('\n');
    }

    private static void WriteSizes(StringBuilder page, (Family Family, FamilyComment)[] families)
    {
        string[] rows = [.. families.SelectMany(entry => FamilySizes.Rows(entry.Family))];
        if (rows.Length == 0)
        {
            return;
        }

        page.Append("## Sizes, and layouts that work\n\n");
        page.Append(
            "Parameters are counted in the model table; a token meets those of the experts that it visits. The sizes of "
        );
        page.Append(
            "parallelism are those that divide heads, layers and experts ([layouts.md](../layouts.md)): of tensor parallelism "
        );
        page.Append(
            "the powers of two up to 64 and up to the heads of keys and values, of the pipeline the equal splits.\n\n"
        );
        page.Append(
            "| model | parameters | a token meets | layers | `--tp` | `--pp` | `--ep` |\n| --- | --: | --: | --: | --- | --- | --- |\n"
        );
        page.AppendJoin("", rows).Append('\n');
    }

    private static void WriteFacts(StringBuilder page, (Family Family, FamilyComment)[] families)
    {
        string[] facts = [.. families.SelectMany(entry => FamilyFacts.Of(entry.Family)).Distinct()];
        page.Append("## What is special\n\n");
        foreach (string fact in facts)
        {
            page.Append($"- {fact}\n");
        }

        page.Append('\n');
        IgnoredTensor[] ignored = [.. families.SelectMany(entry => entry.Family.Ignored).DistinctBy(rule => rule.Hf)];
        if (ignored.Length == 0)
        {
            return;
        }

        page.Append(
            "Tensors that a conversion leaves out, each named in its report:\n\n| tensors | why nothing is lost |\n| --- | --- |\n"
        );
        foreach (
            IGrouping<(string, string?), IgnoredTensor> rule in ignored.GroupBy(rule => (rule.Reason, rule.EqualTo))
        )
        {
            string names = string.Join(", ", rule.Take(3).Select(tensor => Code(tensor.Hf)));
            string more = rule.Count() > 3 ? $" and {rule.Count() - 3} more" : "";
            string equal = rule.Key.Item2 is { } other ? $"; it is compared with {Code(other)}" : "";
            page.Append($"| {names}{more} | {rule.Key.Item1}{equal} |\n");
        }

        page.Append('\n');
    }

    private static void WriteNotes(StringBuilder page, (Family Family, FamilyComment)[] families)
    {
        foreach (ExampleModel example in Examples(families))
        {
            page.Append(ExampleFiles.NotesOf(example)).Append('\n');
        }
    }

    private static void WriteRecipes(StringBuilder page, (Family Family, FamilyComment)[] families)
    {
        string[] rows =
        [
            .. RecipeList
                .All.Where(recipe => families.Any(entry => FamilySizes.Has(entry.Family, recipe.Model.HfId)))
                .Select(FamilySizes.Row),
        ];
        if (rows.Length == 0)
        {
            return;
        }

        page.Append(
            "## Recipes\n\n`megatron-bridge recipe show NAME` prints what upstream trains from ([recipes.md](../recipes.md)).\n\n"
        );
        page.Append("| recipe | model | GPUs at least | layout | tokens |\n| --- | --- | --: | --- | --: |\n");
        page.AppendJoin("", rows).Append('\n');
    }

    private static void WriteProofs(StringBuilder page, (Family Family, FamilyComment)[] families)
    {
        page.Append("## Checked against\n\n");
        foreach ((Family family, _) in families)
        {
            FamilyProofs proofs = FamilyProofs.Of(family);
            string of = families.Length > 1 ? $" of {Code(family.Architecture)}" : "";
            if (proofs.Golden.Count > 0)
            {
                string tools = family.IsUpstream ? "Megatron-Bridge has converted" : "Megatron-Core has saved";
                page.Append(
                    $"- models{of} that the real {tools}, byte for byte: {Names(proofs.Golden)}; layouts {string.Join(", ", proofs.Layouts)}\n"
                );
            }

            if (proofs.Transformers.Count > 0)
            {
                page.Append(
                    $"- models{of} that transformers has written, there and back: {Names(proofs.Transformers)}\n"
                );
            }

            if (proofs.Logits.Any())
            {
                page.Append(
                    $"- the logits of transformers, which the CPU computes as well, from both sides and in all these layouts: {Names(proofs.Logits)}\n"
                );
            }

            page.Append(
                $"- {proofs.Configs.Count} small config{(proofs.Configs.Count == 1 ? "" : "s")}{of} in the contract of all families ([models.md](../models.md))\n"
            );
        }

        page.Append('\n');
    }

    private static void WriteLimits(StringBuilder page, (Family Family, FamilyComment Comment)[] families)
    {
        string[] limits =
        [
            .. families.SelectMany(entry => FamilyFacts.LimitsOf(entry.Family, entry.Comment)).Distinct(),
        ];
        if (limits.Length == 0)
        {
            return;
        }

        page.Append("## Limits, and differences from upstream\n\n");
        foreach (string limit in limits)
        {
            page.Append($"- {limit}\n");
        }
    }

    private static IEnumerable<ExampleModel> Examples((Family Family, FamilyComment)[] families) =>
        ExampleModel.All.Where(example => families.Any(entry => entry.Family == example.Family));

    private static string Names(IEnumerable<string> names) => string.Join(", ", names);

    private static string Code(string text) => $"`{text}`";
}
