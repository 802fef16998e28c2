using System.Text;
using MegatronBridge.Config;
using MegatronBridge.Families;
using MegatronBridge.Mapping;
using MegatronBridge.Tests.Bridge.Families;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Docs;

/// <summary>
/// Writes docs/models.md: every family, what its doc comment says of it, and what the tests find to check it with. A family has one line
/// in each list, so that several can be added at a time.
/// </summary>
internal static class ModelsPage
{
    private const int MostNames = 3;

    private const string Head = """
        # Models

        This page is written by `eng/regenerate.sh` from the families and the tests; a test fails when it is out of date. `megatron-bridge models`
        prints the architectures, [add-a-family.md](add-a-family.md) tells how to add one. The name of a family leads to its page: sizes,
        layouts, recipes, what is special. [Examples](../examples/README.md) have scripts for the most used models.

        ## What was checked, and how

        - *golden*: tiny models that the real Megatron-Bridge (Python) has converted, or for families that it lacks the real Megatron-Core has saved. Ours must have the same keys, shapes,
          bytes, chunks, objects and file sizes, the same `run_config.yaml`, and export the same tensors and config.json. Of models with
          towers of released size (NemotronVl, NemotronOmni) the tests make the bytes of small tensors and of one layer only.
        - *transformers*: tiny models that transformers has written, of families that the Python bridge does not convert. Ours must have the same
          tensor names, types, shapes, and config.json there and back. What Megatron makes of them nobody else can say.
        - *logits*: transformers itself has the class (without code from elsewhere), so `tests/Conformance` lets it load what came back from Megatron
          through the command; it computes the same logits to the bit. These tests need Python and transformers.
        - *configs*: how many small configs hold the contract of all families: each tensor is used once and comes back bit for bit, every
          layout assembles to the same checkpoint, missing, surplus and misshapen tensors are all named.

        A dash means that there is none.

        | family | architecture | model type | golden | layouts of these | transformers | logits | configs |
        | --- | --- | --- | --: | --- | --: | --- | --: |

        """;

    public static string Write()
    {
        StringBuilder page = new(Head);
        foreach ((Family family, FamilyComment comment) in FamilyComment.All)
        {
            FamilyProofs proofs = FamilyProofs.Of(family);
            page.Append(
                $"| [{comment.Class}](models/{FamilyPage.NameOf(family)}.md) | {family.Architecture} | {family.ModelType} | {Count(proofs.Golden)} "
            );
            page.Append($"| {List(proofs.Layouts)} ");
            page.Append(
                $"| {Count(proofs.Transformers)} | {(proofs.IsInTransformers ? "yes" : "-")} | {Count(proofs.Configs)} |\n"
            );
        }

        WriteDescriptions(page);
        WriteIgnored(page);
        return page.ToString();
    }

    /// <summary>The sentences of the doc comments: what the family is, and in the remarks its limits.</summary>
    private static void WriteDescriptions(StringBuilder page)
    {
        page.Append("\n## What they are, and their limits\n\n");
        foreach ((Family family, FamilyComment comment) in FamilyComment.All)
        {
            string limits = comment.Limits.Length > 0 ? $" *{comment.Limits}*" : "";
            string others =
                family.OtherArchitectures.Count > 0 ? $" (also {string.Join(", ", family.OtherArchitectures)})" : "";
            string upstream = family.IsUpstream ? "" : " Not in the Python bridge ([extensions.md](extensions.md)).";
            page.Append($"- **{comment.Class}**{others}: {comment.Text}{limits}{upstream}\n");
        }
    }

    private static void WriteIgnored(StringBuilder page)
    {
        page.Append("\n## Tensors that a conversion leaves out\n\n");
        page.Append(
            "Each is named in the report, and refused with `--strict`. Those that must equal another are compared with it, bit by bit.\n\n"
        );
        page.Append("| tensors | why nothing is lost | must equal | model types |\n| --- | --- | --- | --- |\n");
        var rules = FamilyList
            .All.SelectMany(family => family.Ignored.Select(rule => (Rule: rule, family.ModelType)))
            .GroupBy(entry => (entry.Rule.Hf, entry.Rule.Reason, entry.Rule.EqualTo), entry => entry.ModelType)
            .GroupBy(rule => (rule.Key.Reason, rule.Key.EqualTo, Models: List(rule)), rule => rule.Key.Hf)
            .OrderBy(row => row.First(), StringComparer.Ordinal)
            .ThenBy(row => row.Key.Models, StringComparer.Ordinal);
        foreach (var row in rules)
        {
            string[] names = [.. row.Distinct().Order(StringComparer.Ordinal).Select(name => $"`{name}`")];
            string shown =
                string.Join(", ", names.Take(MostNames))
                + (names.Length > MostNames ? $" and {names.Length - MostNames} more" : "");
            string equal = row.Key.EqualTo is { } other ? $"`{other}`" : "-";
            page.Append($"| {shown} | {row.Key.Reason} | {equal} | {row.Key.Models} |\n");
        }
    }

    private static string Count(IEnumerable<string> items) => items.Any() ? $"{items.Count()}" : "-";

    private static string List(IEnumerable<string> items) =>
        items.Any() ? string.Join(", ", items.Distinct().Order(StringComparer.Ordinal)) : "-";
}
