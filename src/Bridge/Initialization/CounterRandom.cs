using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace MegatronBridge.Initialization;

/// <summary>
/// Random numbers by place and not by turn: Philox4x32-10, keyed by a seed and a name. Element i has the same number whoever asks for it, when,
/// and what else is asked for.
/// </summary>
internal readonly struct CounterRandom
{
    /// <summary>Numbers of a block.</summary>
    public const int Block = 4;

    private const double Unit = 1.0 / (1L << 32);
    private readonly uint _key0;
    private readonly uint _key1;

    /// <summary>The stream of a name.</summary>
    public CounterRandom(long seed, string name)
    {
        byte[] text = Encoding.UTF8.GetBytes(name);
        byte[] input = new byte[sizeof(long) + text.Length];
        BinaryPrimitives.WriteInt64LittleEndian(input, seed);
        text.CopyTo(input, sizeof(long));
        byte[] hash = SHA256.HashData(input);
        _key0 = BinaryPrimitives.ReadUInt32LittleEndian(hash);
        _key1 = BinaryPrimitives.ReadUInt32LittleEndian(hash.AsSpan(4));
    }

    /// <summary>The numbers of a block, evenly distributed between 0 and 1, both excluded.</summary>
    public (double A, double B, double C, double D) Uniform(long block)
    {
        (uint x0, uint x1, uint x2, uint x3) = Philox(block);
        return (Between(x0), Between(x1), Between(x2), Between(x3));
    }

    /// <summary>The numbers of a block, normally distributed with a mean of 0 and a standard deviation of 1.</summary>
    public (double A, double B, double C, double D) Normal(long block)
    {
        (double u0, double u1, double u2, double u3) = Uniform(block);
        (double a, double b) = BoxMuller(u0, u1);
        (double c, double d) = BoxMuller(u2, u3);
        return (a, b, c, d);
    }

    /// <summary>The ten rounds, for a counter whose upper half is 0.</summary>
    internal (uint X0, uint X1, uint X2, uint X3) Philox(long block) =>
        Philox((uint)block, (uint)(block >> 32), 0, 0, _key0, _key1);

    /// <summary>The ten rounds.</summary>
    internal static (uint X0, uint X1, uint X2, uint X3) Philox(
        uint x0,
        uint x1,
        uint x2,
        uint x3,
        uint key0,
        uint key1
    )
    {
        for (int round = 0; round < 10; round++)
        {
            ulong first = (ulong)x0 * 0xD2511F53;
            ulong second = (ulong)x2 * 0xCD9E8D57;
            (x0, x1, x2, x3) = (
                (uint)(second >> 32) ^ x1 ^ key0,
                (uint)second,
                (uint)(first >> 32) ^ x3 ^ key1,
                (uint)first
            );
            key0 += 0x9E3779B9;
            key1 += 0xBB67AE85;
        }

        return (x0, x1, x2, x3);
    }

    private static double Between(uint x) => (x + 0.5) * Unit;

    private static (double, double) BoxMuller(double u, double v)
    {
        double radius = Math.Sqrt(-2 * PortableMath.Log(u));
        (double sin, double cos) = PortableMath.SinCosOfTurns(v);
        return (radius * cos, radius * sin);
    }
}
