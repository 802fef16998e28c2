using System.Runtime.InteropServices;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Storage.Quantization;

/// <summary>
/// Words of packed codes with one added to each code: the first form of GPTQ stores zero points less one. The words are added as
/// numbers, so that a code that had borrowed from its neighbour gives it back.
/// </summary>
public sealed class WordSumView : TensorView
{
    private readonly TensorView _words;
    private readonly uint[] _summands; // of a row's words, again and again
    private readonly long _rowWords;

    private WordSumView(TensorView words, uint[] summands)
        : base(words.DType, words.Shape)
    {
        _words = words;
        _summands = summands;
        _rowWords = words.Shape[words.Shape.Rank - 1];
    }

    /// <summary>Adds one to each code of words of I32, which are packed along the last dimension.</summary>
    public static WordSumView PlusOnes(TensorView words, int bits)
    {
        if (words.DType != DType.I32 || words.Shape.Rank == 0 || bits is < 1 or > 8)
        {
            throw new ArgumentException($"{words} holds no codes of {bits} bits.", nameof(words));
        }

        uint[] ones = new uint[bits]; // 32 codes
        for (int code = 0; code < 32; code++)
        {
            ones[code * bits / 32] |= 1u << (code * bits % 32);
        }

        return new(words, ones);
    }

    /// <inheritdoc/>
    protected override void ReadCore(long offset, Span<byte> destination)
    {
        _words.Read(offset, destination);
        long word = offset / sizeof(uint);
        foreach (ref uint bits in MemoryMarshal.Cast<byte, uint>(destination))
        {
            bits += _summands[word++ % _rowWords % _summands.Length];
        }
    }
}
