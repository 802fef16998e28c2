using System.Buffers.Binary;
using System.Text;

namespace MegatronBridge.Conformance;

/// <summary>A safetensors file with some faults, or changes that are none, at random places of its header.</summary>
internal static class HeaderMutation
{
    private const string Header = """
        {"__metadata__":{"format":"pt"},"a":{"dtype":"BF16","shape":[2,3],"data_offsets":[0,12]},"b":{"dtype":"F32","shape":[],"data_offsets":[12,16]},"c":{"dtype":"F4","shape":[4,0],"data_offsets":[16,16]},"d":{"dtype":"I64","shape":[1],"data_offsets":[16,24]}}
        """;

    // csharpier-ignore
    private static readonly string[] Pieces =
    [
        " ", "\n", ",", ":", "\"", "{", "}", "[", "]", "0", "1", "2", "3", "4", "12", "16", "24", "-1", "1.0", "1e0",
        "01", "null", "true", "18446744073709551616", "9223372036854775807", "\"a\"", "\"b\"", "\"dtype\"", "\"shape\"",
        "\"more\":1,", "\\u0041", "\\ud800", "\u00e9", "\u0001", "/**/", "BF16", "F16", "F32", "U8", "F4", "BOOL",
        "F8_E4M3", "bf16", "[]", "{}", "2,3", "3,2", "6", "6,1", "3,2,1",
    ];

    public static byte[] Make(Random random)
    {
        StringBuilder header = new(Header);
        for (int faults = random.Next(1, 3); faults > 0; faults--)
        {
            int at = random.Next(header.Length);
            header.Remove(at, Math.Min(random.Next(4), header.Length - at));
            if (random.Next(3) > 0)
            {
                header.Insert(at, random.GetItems(Pieces, 1)[0]);
            }
        }

        header.Append(' ', random.Next(3));
        byte[] json = Encoding.UTF8.GetBytes(header.ToString());
        byte[] file = new byte[8 + json.Length + 24 + (random.Next(20) == 0 ? random.Next(-3, 4) : 0)];
        BinaryPrimitives.WriteInt64LittleEndian(file, json.Length + (random.Next(20) == 0 ? random.Next(-3, 4) : 0));
        json.CopyTo(file, 8);
        return file;
    }
}
