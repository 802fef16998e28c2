using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace MegatronBridge.Storage.Torch.Zip;

/// <summary>
/// The fingerprint that torch adds to its archives: 20 digits for the names of the records, 20 for their CRC-32s. The
/// names are combined in the order in which libstdc++ keeps them in a hash set.
/// </summary>
internal static class SerializationId
{
    /// <summary>Its name in the archive.</summary>
    public const string RecordName = ".data/serialization_id";

    /// <summary>Number of digits.</summary>
    public const int Length = 40;

    /// <summary>Computes it from the records before, in order, named without the folder of the archive.</summary>
    public static byte[] Compute(IReadOnlyList<(string Name, long Length, uint Crc)> records)
    {
        ulong[] hashes = [.. records.Select(record => Hash(Encoding.UTF8.GetBytes(record.Name)))];
        ulong names = LibstdcxxSet.Order(hashes).Aggregate(0UL, Combine);

        // torch does not count the records without data.
        IEnumerable<ulong> crcs = records.Where(record => record.Length > 0).Select(record => (ulong)record.Crc);
        string id = string.Create(CultureInfo.InvariantCulture, $"{names:d20}{crcs.Aggregate(0UL, Combine):d20}");
        return Encoding.ASCII.GetBytes(id);
    }

    private static ulong Combine(ulong seed, ulong value) => seed ^ (value + 0x9e3779b9 + (seed << 6) + (seed >> 2));

    /// <summary>A variant of MurmurHash64A, with the seed that libstdc++ uses for <c>std::hash</c>.</summary>
    private static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        const ulong Factor = 0xc6a4a7935bd1e995;
        const ulong Seed = 0xc70f6907;
        ulong hash = Seed ^ ((ulong)bytes.Length * Factor);
        while (bytes.Length >= sizeof(ulong))
        {
            hash ^= Mix(BinaryPrimitives.ReadUInt64LittleEndian(bytes) * Factor) * Factor;
            hash *= Factor;
            bytes = bytes[sizeof(ulong)..];
        }

        if (!bytes.IsEmpty)
        {
            Span<byte> last = stackalloc byte[sizeof(ulong)];
            last.Clear();
            bytes.CopyTo(last);
            hash ^= BinaryPrimitives.ReadUInt64LittleEndian(last);
            hash *= Factor;
        }

        return Mix(Mix(hash) * Factor);
    }

    private static ulong Mix(ulong hash) => hash ^ (hash >> 47);
}
