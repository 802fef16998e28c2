using System.Globalization;
using System.Text;

namespace MegatronBridge.Cpu.Chat.Jinja;

/// <summary>
/// Cuts a template into tokens as jinja2 does with <c>trim_blocks</c> and <c>lstrip_blocks</c>: a newline after a block is dropped, and so
/// are the blanks before a block that begins a line.
/// </summary>
internal sealed class Lexer
{
    private const int MaxLength = 1 << 20;
    private static readonly string[] Operators =
    [
        "//",
        "**",
        "==",
        "!=",
        "<=",
        ">=",
        "+",
        "-",
        "*",
        "/",
        "%",
        "~",
        "<",
        ">",
        "=",
        ".",
        ":",
        ",",
        "|",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
    ];

    private readonly string _source;
    private readonly List<Token> _tokens = [];
    private int _at;
    private int _line = 1;
    private bool _atLineStart = true;

    private Lexer(string source) => _source = source;

    public static List<Token> Read(string template)
    {
        if (template.Length > MaxLength)
        {
            throw new JinjaException($"it has {template.Length} characters, the most is {MaxLength}");
        }
        // Only these three end a line for jinja2.
        string source = template.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        var lexer = new Lexer(source.EndsWith('\n') ? source[..^1] : source);
        lexer.ReadAll();
        return lexer._tokens;
    }

    private void ReadAll()
    {
        while (_at < _source.Length)
        {
            int tag = NextTag();
            if (tag < 0)
            {
                AddData(_source[_at..]);
                _at = _source.Length;
                break;
            }
            string text = _source[_at..tag];
            char kind = _source[tag + 1];
            char sign = tag + 2 < _source.Length ? _source[tag + 2] : ' ';
            AddData(Stripped(text, kind, sign));
            Advance(tag);
            Advance(_at + 2 + (sign == '-' || (sign == '+' && kind != '{') ? 1 : 0));
            switch (kind)
            {
                case '#':
                    SkipComment();
                    break;
                case '{':
                    ReadTag(TokenKind.PrintStart, TokenKind.PrintEnd, "}}");
                    break;
                case '%' when IsRaw():
                    ReadRaw();
                    break;
                default:
                    ReadTag(TokenKind.BlockStart, TokenKind.BlockEnd, "%}");
                    break;
            }
        }
        Add(TokenKind.End, "");
    }

    private int NextTag()
    {
        for (int i = _source.IndexOf('{', _at); i >= 0 && i + 1 < _source.Length; i = _source.IndexOf('{', i + 1))
        {
            if (_source[i + 1] is '{' or '%' or '#')
            {
                return i;
            }
        }
        return -1;
    }

    private string Stripped(string text, char kind, char sign)
    {
        if (sign == '-')
        {
            return PythonText.Strip(text, null, left: false);
        }
        int lineStart = text.LastIndexOf('\n') + 1;
        bool isBlank = (lineStart > 0 || _atLineStart) && PythonText.Strip(text[lineStart..], null).Length == 0;
        return kind != '{' && sign != '+' && isBlank ? text[..lineStart] : text;
    }

    private void AddData(string text)
    {
        if (text.Length > 0)
        {
            Add(TokenKind.Data, text);
        }
    }

    private void Add(TokenKind kind, string text) => _tokens.Add(new Token(kind, text, _line));

    private void Advance(int to)
    {
        _line += _source.AsSpan(_at, to - _at).Count('\n');
        _at = to;
        _atLineStart = to > 0 && _source[to - 1] == '\n';
    }

    private void SkipComment()
    {
        int end = _source.IndexOf("#}", _at, StringComparison.Ordinal);
        if (end < 0)
        {
            throw Fault("a comment without its '#}'");
        }
        char sign = end > _at ? _source[end - 1] : ' ';
        EndTag(end + 2, sign, trims: true);
    }

    // Behind the end of a tag: with a minus all white space goes, else, after a block or a comment, one newline.
    private void EndTag(int end, char sign, bool trims)
    {
        if (sign == '-')
        {
            while (end < _source.Length && PythonText.IsSpace(_source[end]))
            {
                end++;
            }
        }
        else if (trims && sign != '+' && end < _source.Length && _source[end] == '\n')
        {
            end++;
        }
        Advance(end);
    }

    private bool IsRaw()
    {
        int at = SkipSpace(_at);
        return _source.AsSpan(at).StartsWith("raw") && RawTagEnd(at + 3) > 0;
    }

    private int RawTagEnd(int at)
    {
        at = SkipSpace(at);
        at += at < _source.Length && _source[at] is '-' or '+' ? 1 : 0;
        return _source.AsSpan(Math.Min(at, _source.Length)).StartsWith("%}") ? at + 2 : -1;
    }

    private void ReadRaw()
    {
        int open = RawTagEnd(SkipSpace(_at) + 3);
        EndTag(open, _source[open - 3], trims: true);
        for (
            int i = _source.IndexOf("{%", _at, StringComparison.Ordinal);
            i >= 0;
            i = _source.IndexOf("{%", i + 2, StringComparison.Ordinal)
        )
        {
            char sign = i + 2 < _source.Length ? _source[i + 2] : ' ';
            int name = SkipSpace(i + 2 + (sign is '-' or '+' ? 1 : 0));
            if (_source.AsSpan(name).StartsWith("endraw") && RawTagEnd(name + 6) is > 0 and var end)
            {
                AddData(Stripped(_source[_at..i], '%', sign));
                EndTag(end, _source[end - 3], trims: true);
                return;
            }
        }
        throw Fault("a raw block without its end");
    }

    private int SkipSpace(int at)
    {
        while (at < _source.Length && PythonText.IsSpace(_source[at]))
        {
            at++;
        }
        return Math.Min(at, _source.Length);
    }

    private void ReadTag(TokenKind start, TokenKind end, string closing)
    {
        Add(start, "");
        int depth = 0;
        while (true)
        {
            Advance(SkipSpace(_at));
            if (_at >= _source.Length)
            {
                throw Fault($"a tag without its '{closing}'");
            }
            char c = _source[_at];
            ReadOnlySpan<char> rest = _source.AsSpan(_at);
            if (
                depth == 0
                && (
                    rest.StartsWith(closing)
                    || (c is '-' or '+' && rest[1..].StartsWith(closing) && (c == '-' || closing[0] == '%'))
                )
            )
            {
                Add(end, "");
                EndTag(_at + (c is '-' or '+' ? 3 : 2), c, trims: closing[0] == '%');
                return;
            }
            if (char.IsLetter(c) || c == '_')
            {
                AddWhile(TokenKind.Name, static c => char.IsLetterOrDigit(c) || c == '_');
            }
            else if (char.IsAsciiDigit(c))
            {
                ReadNumber();
            }
            else if (c is '"' or '\'')
            {
                ReadText(c);
            }
            else
            {
                string op =
                    Array.Find(Operators, own => _source.AsSpan(_at).StartsWith(own))
                    ?? throw Fault($"the character '{c}'");
                depth +=
                    op is "(" or "[" or "{" ? 1
                    : op is ")" or "]" or "}" ? -1
                    : 0;
                if (depth < 0)
                {
                    throw Fault($"a '{op}' that nothing opens");
                }
                Add(TokenKind.Operator, op);
                Advance(_at + op.Length);
            }
        }
    }

    private void AddWhile(TokenKind kind, Func<char, bool> belongs)
    {
        int end = _at + 1;
        while (end < _source.Length && belongs(_source[end]))
        {
            end++;
        }
        Add(kind, _source[_at..end]);
        Advance(end);
    }

    private void ReadNumber()
    {
        int end = Digits(_at);
        bool isReal = false;
        if (end + 1 < _source.Length && _source[end] == '.' && char.IsAsciiDigit(_source[end + 1]))
        {
            isReal = true;
            end = Digits(end + 1);
        }
        if (end < _source.Length && _source[end] is 'e' or 'E')
        {
            int power = end + 1 + (end + 1 < _source.Length && _source[end + 1] is '+' or '-' ? 1 : 0);
            if (power < _source.Length && char.IsAsciiDigit(_source[power]))
            {
                isReal = true;
                end = Digits(power);
            }
        }
        Add(isReal ? TokenKind.Real : TokenKind.Integer, _source[_at..end].Replace("_", "", StringComparison.Ordinal));
        Advance(end);
    }

    private int Digits(int at)
    {
        while (at < _source.Length && (char.IsAsciiDigit(_source[at]) || _source[at] == '_'))
        {
            at++;
        }
        return at;
    }

    private void ReadText(char quote)
    {
        var text = new StringBuilder();
        int i = _at + 1;
        for (; i < _source.Length && _source[i] != quote; i++)
        {
            if (_source[i] == '\\' && i + 1 < _source.Length)
            {
                i = Escape(i + 1, text);
            }
            else
            {
                text.Append(_source[i]);
            }
        }
        if (i >= _source.Length)
        {
            throw Fault("a text without its closing quote");
        }
        Add(TokenKind.Text, text.ToString());
        Advance(i + 1);
    }

    // Returns the place of the last character that belongs to the escape.
    private int Escape(int at, StringBuilder text)
    {
        char c = _source[at];
        int digits = c switch
        {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        if (digits > 0)
        {
            ReadOnlySpan<char> code = _source.AsSpan(at + 1, Math.Min(digits, _source.Length - at - 1));
            if (
                code.Length < digits
                || !int.TryParse(code, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int value)
                || (uint)value > 0x10FFFF
            )
            {
                throw Fault("an escape that is no character");
            }
            Tokenizers.Unicode.CodePoints.Append(text, value);
            return at + digits;
        }
        if (c is >= '0' and <= '7')
        {
            int end = at;
            int value = 0;
            while (end < _source.Length && end < at + 3 && _source[end] is >= '0' and <= '7')
            {
                value = value * 8 + (_source[end++] - '0');
            }
            text.Append((char)value);
            return end - 1;
        }
        string? known = c switch
        {
            'n' => "\n",
            't' => "\t",
            'r' => "\r",
            'b' => "\b",
            'f' => "\f",
            'v' => "\v",
            'a' => "\a",
            '\\' => "\\",
            '\'' => "'",
            '"' => "\"",
            '\n' => "",
            _ => null,
        };
        text.Append(known ?? "\\" + c);
        return at;
    }

    private JinjaException Fault(string what) => new($"it has {what}", _line);
}
