using System.IO.Compression;
using System.Text;

namespace MegatronBridge.Cpu.Tokenizers.Unicode;

/// <summary>
/// What the reference library takes each character for. Its parts know Unicode in different versions and none is that of .NET, so its
/// answers are recorded, by eng/unicode-tables.py, and kept beside the code.
/// </summary>
internal sealed class UnicodeData
{
    private static readonly Lazy<UnicodeData> Loaded = new(() => new UnicodeData());

    private readonly byte[] _data;
    private int _at;

    private UnicodeData()
    {
        using Stream packed = typeof(UnicodeData).Assembly.GetManifestResourceStream("unicode.bin")!;
        using var unpacked = new ZLibStream(packed, CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        unpacked.CopyTo(bytes);
        _data = bytes.ToArray();

        Categories = Runs();
        ScriptNames = Names();
        Scripts = Runs();
        Word = Set();
        Alphabetic = Set();
        Uppercase = Set();
        Lowercase = Set();
        Numeric = Set();
        Punctuation = Set();
        RustWord = Set();
        BertControl = Set();
        NonspacingMark = Set();
        CombiningMark = Set();
        ToLower = Map();
        Fold = Map();
        CombiningClasses = Runs();
        Canonical = Map();
        Compatible = Map();
        Compositions = Map().ToDictionary(pair => ((long)pair.Value[0] << 32) | (uint)pair.Value[1], pair => pair.Key);
        SplitterScripts = Runs();
        Space = CodeSet.Of(
            Enumerable
                .Range(9, 5)
                .Concat([0x20, 0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000])
                .Concat(Enumerable.Range(0x2000, 11))
        );
        _data = [];
    }

    public static UnicodeData Instance => Loaded.Value;

    /// <summary>The names of the values of <see cref="Categories"/>.</summary>
    public static readonly string[] CategoryNames =
    [
        "Lu",
        "Ll",
        "Lt",
        "Lm",
        "Lo",
        "Mn",
        "Mc",
        "Me",
        "Nd",
        "Nl",
        "No",
        "Pc",
        "Pd",
        "Ps",
        "Pe",
        "Pi",
        "Pf",
        "Po",
        "Sm",
        "Sc",
        "Sk",
        "So",
        "Zs",
        "Zl",
        "Zp",
        "Cc",
        "Cf",
        "Cs",
        "Co",
        "Cn",
    ];

    /// <summary>General category of each code point, as a number.</summary>
    public byte[] Categories { get; }
    public string[] ScriptNames { get; }

    /// <summary>Script of each code point: 0 or 1 + its place in <see cref="ScriptNames"/>.</summary>
    public byte[] Scripts { get; }

    /// <summary>Script of each code point as the UnicodeScripts pre-tokenizer numbers them; 0 goes with any.</summary>
    public byte[] SplitterScripts { get; }
    public CodeSet Word { get; }
    public CodeSet Alphabetic { get; }
    public CodeSet Uppercase { get; }
    public CodeSet Lowercase { get; }
    public CodeSet Space { get; }
    public CodeSet Numeric { get; }

    /// <summary>What the Punctuation and Bert pre-tokenizers split at.</summary>
    public CodeSet Punctuation { get; }

    /// <summary><c>\w</c> of the Whitespace pre-tokenizer and of added tokens that must stand alone.</summary>
    public CodeSet RustWord { get; }
    public CodeSet BertControl { get; }
    public CodeSet NonspacingMark { get; }
    public CodeSet CombiningMark { get; }
    public Dictionary<int, int[]> ToLower { get; }

    /// <summary>What characters are equal to without regard to case, one code point each.</summary>
    public Dictionary<int, int[]> Fold { get; }
    public byte[] CombiningClasses { get; }

    /// <summary>Canonical decompositions in full; Hangul is arithmetic.</summary>
    public Dictionary<int, int[]> Canonical { get; }
    public Dictionary<int, int[]> Compatible { get; }

    /// <summary>Two code points, the first in the upper half of the key, and what they compose to.</summary>
    public Dictionary<long, int> Compositions { get; }

    private int Number()
    {
        int value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte b = _data[_at++];
            value |= (b & 127) << shift;
            if (b < 128)
            {
                return value;
            }
        }
    }

    private byte[] Runs()
    {
        var values = new byte[CodePoints.Limit];
        int at = 0;
        for (int left = Number(); left > 0; left--)
        {
            int length = Number();
            values.AsSpan(at, length).Fill((byte)Number());
            at += length;
        }
        return values;
    }

    private CodeSet Set()
    {
        var members = new List<int>();
        int at = 0;
        for (int left = Number(); left > 0; left--)
        {
            int length = Number();
            if (Number() == 1)
            {
                members.AddRange(Enumerable.Range(at, length));
            }
            at += length;
        }
        return CodeSet.Of(members);
    }

    private string[] Names()
    {
        var names = new string[Number()];
        for (int i = 0; i < names.Length; i++)
        {
            int length = Number();
            names[i] = Encoding.ASCII.GetString(_data, _at, length);
            _at += length;
        }
        return names;
    }

    private Dictionary<int, int[]> Map()
    {
        int count = Number();
        var map = new Dictionary<int, int[]>(count);
        int code = 0;
        for (; count > 0; count--)
        {
            code += Number();
            var target = new int[Number()];
            for (int i = 0; i < target.Length; i++)
            {
                target[i] = Number();
            }
            map[code] = target;
        }
        return map;
    }
}
