using MegatronBridge.Storage.Torch.Pickle;

namespace MegatronBridge.Inspection;

/// <summary>Tells in a line each what stands at the top of a pickled graph.</summary>
internal static class PickleFacts
{
    private const int LongestText = 100;

    public static IEnumerable<KeyValuePair<string, string>> Of(PickleValue root)
    {
        if (!root.TryGetDict(out PickleDict? dict))
        {
            return [new("value", Shorten($"{root}"))];
        }

        return dict.Entries.Select(entry =>
            KeyValuePair.Create(
                entry.Key.TryGetText(out string? name) ? name : $"{entry.Key}",
                Shorten($"{entry.Value}")
            )
        );
    }

    private static string Shorten(string text) => text.Length <= LongestText ? text : text[..LongestText] + "…";
}
