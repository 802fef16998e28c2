using MegatronBridge.Recipes.Tables;

namespace MegatronBridge.Recipes;

/// <summary>
/// The notation of the tables: a line for a section, <c>train: micro_batch_size=1 global_batch_size=8</c>; <c>use: NAME …</c> takes what a
/// base says, <c>root: NAME=VALUE</c> sets a whole section. Values have no spaces; <c>␣</c> stands for one, <c>␤</c> for the end of a line.
/// </summary>
internal static class RecipeSettings
{
    /// <summary>Dotted names and values, in their order.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Parse(string settings)
    {
        foreach (
            string line in settings.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        )
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            string section = line[..colon];
            foreach (string word in line[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                if (section == "use")
                {
                    foreach (KeyValuePair<string, string> shared in Parse(RecipeTables.Base(word)))
                    {
                        yield return shared;
                    }

                    continue;
                }

                int equals = word.IndexOf('=', StringComparison.Ordinal);
                string name = section == "root" ? word[..equals] : $"{section}.{word[..equals]}";
                yield return new(name, word[(equals + 1)..].Replace('␣', ' ').Replace('␤', '\n'));
            }
        }
    }

    /// <summary>A value as it stands in a line.</summary>
    public static string Word(string value) => value.Replace(' ', '␣').Replace('\n', '␤');
}
