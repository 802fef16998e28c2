using System.Buffers.Binary;
using System.Text;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Golden;

/// <summary>
/// A tensor whose values follow from its name: the rule by which the golden manifests' weights were made, computed where
/// they are read. Matrices lie in [-0.1, 0.1), vectors in [0.9, 1.1).
/// </summary>
public sealed class RuleTensor(string name, DType dtype, Shape shape) : TensorView(dtype, shape)
{
    /// <summary>Whole numbers are taken modulo this: experts must be those that there are. The manifests' own are any bytes.</summary>
    public int Experts { get; init; } = 256;

    private readonly ulong _seed = Seed(name);
    private readonly float _shift = shape.Rank == 1 ? 1f : 0f;

    protected override void ReadCore(long offset, Span<byte> destination)
    {
        int itemBytes = DType.BitCount() / 8;
        for (int at = 0; at < destination.Length; at += itemBytes)
        {
            Write(Value((offset + at) / itemBytes), destination.Slice(at, itemBytes));
        }
    }

    private static ulong Seed(string name)
    {
        ulong seed = 0xcbf29ce484222325;
        foreach (byte octet in Encoding.UTF8.GetBytes(name))
        {
            seed = (seed ^ octet) * 0x100000001b3;
        }

        return seed;
    }

    private ulong Value(long index)
    {
        ulong z = _seed + ((ulong)(index + 1) * 0x9E3779B97F4A7C15);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    private void Write(ulong z, Span<byte> element)
    {
        float value = (((z >> 40) / 16777216f) - 0.5f) * 0.2f;
        value += _shift;
        switch (DType)
        {
            case DType.F64:
                BinaryPrimitives.WriteDoubleLittleEndian(element, value);
                break;
            case DType.F32:
                BinaryPrimitives.WriteSingleLittleEndian(element, value);
                break;
            case DType.F16:
                BinaryPrimitives.WriteHalfLittleEndian(element, (Half)value);
                break;
            case DType.BF16:
                uint bits = BitConverter.SingleToUInt32Bits(value);
                BinaryPrimitives.WriteUInt16LittleEndian(element, (ushort)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16));
                break;
            case DType.Bool:
                element[0] = (byte)(z & 1);
                break;
            default:
                element.Clear();
                element[0] = (byte)((byte)z % Experts);
                break;
        }
    }
}
