using MegatronBridge.Storage;

namespace MegatronBridge.Config.Yaml;

/// <summary>A place in a YAML text.</summary>
internal sealed class YamlCursor
{
    /// <summary>What <see cref="Peek"/> gives behind the end; it cannot stand in the text.</summary>
    public const char End = '\0';

    private readonly string _text;
    private readonly string _path;
    private int _position;
    private int _lineStart;

    /// <summary>Starts at the beginning; <paramref name="path"/> is for messages.</summary>
    /// <exception cref="BadFileException">The text has characters that YAML does not allow.</exception>
    public YamlCursor(string text, string path)
    {
        _text = text;
        _path = path;
        int bad = text.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0 ? -1 : FindUnprintable(text);
        if (bad >= 0)
        {
            throw new BadFileException(path, $"character {bad} is U+{(int)text[bad]:X4}, which YAML does not allow.");
        }
    }

    /// <summary>The line, from 1.</summary>
    public int Line { get; private set; } = 1;

    /// <summary>Characters before this one in the line.</summary>
    public int Column => _position - _lineStart;

    /// <summary>True behind the last character, and before a marker of the document's end.</summary>
    public bool AtEnd => Peek() == End || AtMarker("...") || AtMarker("---");

    /// <summary>The character <paramref name="offset"/> places from here.</summary>
    public char Peek(int offset = 0) => _position + offset < _text.Length ? _text[_position + offset] : End;

    /// <summary>True for the characters that end a line.</summary>
    public static bool IsBreak(char c) => c is '\n' or '\r' or '\x85' or '\u2028' or '\u2029';

    /// <summary>True for space, tab, the end of a line and the end of the text.</summary>
    public static bool IsBlank(char c) => c is ' ' or '\t' or End || IsBreak(c);

    /// <summary>True when an indicator stands here and a blank behind it.</summary>
    public bool IsIndicator(char indicator) => Peek() == indicator && IsBlank(Peek(1));

    /// <summary>True when the three characters of a document marker stand at the beginning of a line.</summary>
    public bool AtMarker(string marker) =>
        Column == 0
        && _text.AsSpan(_position).StartsWith(marker, StringComparison.Ordinal)
        && IsBlank(Peek(marker.Length));

    /// <summary>Goes on by some characters of a line.</summary>
    public string Take(int count)
    {
        string taken = _text.Substring(_position, count);
        _position += count;
        return taken;
    }

    /// <summary>Goes on while a character is among <paramref name="set"/>.</summary>
    public string TakeWhile(string set)
    {
        int count = 0;
        while (Peek(count) != End && set.Contains(Peek(count), StringComparison.Ordinal))
        {
            count++;
        }

        return Take(count);
    }

    /// <summary>Goes to the next line and gives what the end of this one means: a newline, mostly.</summary>
    public string TakeBreak()
    {
        char c = Peek();
        _position += c == '\r' && Peek(1) == '\n' ? 2 : 1;
        _lineStart = _position;
        Line++;
        return c is '\u2028' or '\u2029' ? c.ToString() : "\n";
    }

    /// <summary>Goes on to what is no space, comment or end of a line.</summary>
    public void SkipToToken()
    {
        while (true)
        {
            TakeWhile(" ");
            if (Peek() == '#')
            {
                while (Peek() != End && !IsBreak(Peek()))
                {
                    _position++;
                }
            }

            if (!IsBreak(Peek()))
            {
                return;
            }

            TakeBreak();
        }
    }

    /// <summary>The fault that something is wrong here.</summary>
    public BadFileException Fault(string fault) => new(_path, $"line {Line}, column {Column + 1}: {fault}");

    private static int FindUnprintable(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            bool printable =
                c is '\t' or '\n' or '\r' or '\x85' or (>= ' ' and <= '~') or (>= '\xA0' and <= '\uFFFD')
                && !(c == '\uFEFF' && i > 0);
            if (!printable)
            {
                return i;
            }
        }

        return -1;
    }
}
