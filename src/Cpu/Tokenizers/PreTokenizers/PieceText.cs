namespace MegatronBridge.Cpu.Tokenizers.PreTokenizers;

/// <summary>A text and the pieces that it is split into so far. Pre-tokenizers split the pieces, or write the text anew.</summary>
internal sealed class PieceText
{
    private char[] _text;
    private List<Piece> _pieces;
    private List<Piece> _next = [];

    public PieceText(string text, bool atStart)
    {
        _text = text.ToCharArray();
        _pieces = text.Length == 0 ? [] : [new Piece(0, text.Length, atStart)];
    }

    public IReadOnlyList<Piece> Pieces => _pieces;

    public ReadOnlySpan<char> this[Piece piece] => _text.AsSpan(piece.Start, piece.Length);

    /// <summary>What finds the parts of a piece; positions count from the start of the piece.</summary>
    public delegate void Finder(ReadOnlySpan<char> piece, List<Found> parts);

    /// <summary>What writes a piece anew and adds the pieces that it makes of it.</summary>
    public delegate void Writer(ReadOnlySpan<char> piece, bool atStart, PieceWriter output);

    /// <summary>Splits every piece into parts and joins or drops them as <paramref name="behavior"/> says.</summary>
    public void Split(Finder find, SplitBehavior behavior)
    {
        var parts = new List<Found>();
        _next.Clear();
        foreach (Piece piece in _pieces)
        {
            parts.Clear();
            find(this[piece], parts);
            Splitting.Join(parts, behavior);
            foreach (Found part in parts)
            {
                if (part.End > part.Start)
                {
                    bool atStart = piece.AtStart && part.Start == 0;
                    _next.Add(new Piece(piece.Start + part.Start, piece.Start + part.End, atStart));
                }
            }
        }
        (_pieces, _next) = (_next, _pieces);
    }

    /// <summary>Writes every piece anew.</summary>
    public void Rewrite(Writer write)
    {
        var output = new PieceWriter(_text.Length + 16, _next);
        foreach (Piece piece in _pieces)
        {
            write(this[piece], piece.AtStart, output);
            output.EndPiece(piece.AtStart);
        }
        _text = output.Text;
        (_pieces, _next) = (_next, _pieces);
    }
}
