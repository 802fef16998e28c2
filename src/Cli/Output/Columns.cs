namespace MegatronBridge.Cli.Output;

/// <summary>
/// A table as plain aligned columns: no frames and no wrapped names, so that other programs can take the lines apart.
/// </summary>
internal sealed class Columns
{
    private const int Gap = 2;

    private readonly string[] _heads;
    private readonly bool[] _isRight;
    private readonly List<string[]> _rows = [];

    /// <summary>Names the columns, or gives them empty names when no heads are wanted; a name that begins with <c>&gt;</c> is of numbers, which stand to the right.</summary>
    public Columns(params ReadOnlySpan<string> heads)
    {
        _heads = new string[heads.Length];
        _isRight = new bool[heads.Length];
        for (int i = 0; i < heads.Length; i++)
        {
            _isRight[i] = heads[i].StartsWith('>');
            _heads[i] = _isRight[i] ? heads[i][1..] : heads[i];
        }
    }

    /// <summary>Adds a line.</summary>
    public void Add(params string[] cells) => _rows.Add(Array.ConvertAll(cells, Printable.Line));

    /// <summary>Writes the heads and all lines.</summary>
    public void WriteTo(TextWriter text)
    {
        int[] widths = [.. _heads.Select((head, i) => _rows.Select(row => row[i].Length).Append(head.Length).Max())];
        foreach (string[] row in Array.TrueForAll(_heads, head => head.Length == 0) ? _rows : _rows.Prepend(_heads))
        {
            string line = string.Join(
                new string(' ', Gap),
                row.Select((cell, i) => Align(cell, widths[i], _isRight[i]))
            );
            text.WriteLine(line.TrimEnd());
        }
    }

    private static string Align(string cell, int width, bool isRight) =>
        isRight ? cell.PadLeft(width) : cell.PadRight(width);
}
