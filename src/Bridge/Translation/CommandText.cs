using System.Text;

namespace MegatronBridge.Translation;

/// <summary>A command line as a shell takes it apart: quotes, backslashes, lines that go on, comments.</summary>
internal static class CommandText
{
    /// <summary>The words of a text.</summary>
    /// <exception cref="Config.InvalidConfigException">A quote is not closed.</exception>
    public static IReadOnlyList<string> Words(string text)
    {
        List<string> words = [];
        StringBuilder word = new();
        bool isWord = false;
        char quote = '\0';
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (quote != '\0')
            {
                if (c == quote)
                {
                    quote = '\0';
                }
                else
                {
                    word.Append(c == '\\' && quote == '"' && i + 1 < text.Length ? text[++i] : c);
                }
            }
            else if (c is '"' or '\'')
            {
                (quote, isWord) = (c, true);
            }
            else if (c == '\\' && i + 1 < text.Length)
            {
                char next = text[++i];
                next = next == '\r' && i + 1 < text.Length ? text[++i] : next;
                if (next != '\n')
                {
                    word.Append(next);
                    isWord = true;
                }
            }
            else if (c == '#' && !isWord)
            {
                int end = text.IndexOf('\n', i);
                i = end < 0 ? text.Length : end;
            }
            else if (char.IsWhiteSpace(c))
            {
                Flush();
            }
            else
            {
                word.Append(c);
                isWord = true;
            }
        }

        if (quote != '\0')
        {
            throw new Config.InvalidConfigException($"A quote ({quote}) is not closed.");
        }

        Flush();
        return words;

        void Flush()
        {
            if (isWord)
            {
                words.Add(word.ToString());
                word.Clear();
                isWord = false;
            }
        }
    }
}
