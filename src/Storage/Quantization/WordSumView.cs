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
    private readonly uint _summand;

    private WordSumView(TensorView words, uint summand)
        : base(words.DType, words.Shape)
    {
        _words = words;
        _summand = summand;
    }

    /// <summary>Adds one to each code of words of I32; codes of 1, 2, 4 or 8 bits, of which none lies in two words.</summary>
    public static WordSumView PlusOnes(TensorView words, int bits)
    {
        if (words.DType != DType.I32 || words.Shape.Rank == 0 || bits is not (1 or 2 or 4 or 8))
        {
            throw new ArgumentException($"{words} holds no codes of {bits} bits.", nameof(words));
        }

        uint ones = 0;
        for (int bit = 0; bit < 32; bit += bits)
        {
            ones |= 1u << bit;
        }

        return new(words, ones);
    }

    /// <inheritdoc/>
    protected override void ReadCore(long offset, Span<byte> destination)
    {
        _words.Read(offset, destination);
        foreach (ref uint word in MemoryMarshal.Cast<byte, uint>(destination))
        {
            word += _summand;
        }
    }
}
