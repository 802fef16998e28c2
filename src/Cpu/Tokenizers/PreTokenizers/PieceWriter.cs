namespace MegatronBridge.Cpu.Tokenizers.PreTokenizers;

/// <summary>Takes the characters of a text that is written anew, and where its pieces end.</summary>
internal sealed class PieceWriter
{
    private readonly List<Piece> _pieces;
    private char[] _text;
    private int _length;
    private int _start;

    public PieceWriter(int capacity, List<Piece> pieces)
    {
        _text = new char[capacity];
        _pieces = pieces;
        pieces.Clear();
    }

    public char[] Text => _text;

    public void Write(char c)
    {
        if (_length == _text.Length)
        {
            Array.Resize(ref _text, checked(_length * 2));
        }
        _text[_length++] = c;
    }

    public void Write(ReadOnlySpan<char> text)
    {
        text.CopyTo(Reserve(text.Length));
        _length += text.Length;
    }

    /// <summary>Room for so many characters, to be followed by <see cref="Advance"/>.</summary>
    public Span<char> Reserve(int count)
    {
        if (_text.Length - _length < count)
        {
            Array.Resize(ref _text, Math.Max(checked(_length * 2), checked(_length + count)));
        }
        return _text.AsSpan(_length, count);
    }

    public void Advance(int count) => _length += count;

    /// <summary>Makes a piece of what was written since the last one, unless it is nothing.</summary>
    public void EndPiece(bool atStart)
    {
        if (_length > _start)
        {
            _pieces.Add(new Piece(_start, _length, atStart));
            _start = _length;
        }
    }
}
