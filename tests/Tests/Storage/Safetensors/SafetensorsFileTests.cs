using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Safetensors;
using MegatronBridge.Tests.Storage.Files;

namespace MegatronBridge.Tests.Storage.Safetensors;

public sealed class SafetensorsFileTests : IDisposable
{
    // Accepted by the reference, and the only file of the zoo where we differ.
    private const string DuplicateTensor = "lenient_dup_tensor_key.safetensors";

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Good => new(Names(valid: true).Where(name => name != DuplicateTensor));

    public static TheoryData<string> Bad => new([.. Names(valid: false), DuplicateTensor]);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Good))]
    public void A_good_file_reads_as_the_reference_reads_it(string name)
    {
        JsonElement expected = SafetensorsSamples.Zoo.GetProperty(name);
        using SafetensorsFile file = SafetensorsFile.Open(SafetensorsSamples.ZooFile(name));
        SafetensorsSamples.AssertTensors(expected.GetProperty("tensors"), file.Tensors);
        JsonElement metadata = expected.GetProperty("metadata");
        Assert.Equal(metadata.ValueKind == JsonValueKind.Null, file.Metadata is null);
        if (file.Metadata is not null)
        {
            Assert.Equal(
                metadata.EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetString()!),
                file.Metadata
            );
        }
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public void A_bad_file_is_refused(string name)
    {
        string path = SafetensorsSamples.ZooFile(name);
        BadFileException e = Assert.Throws<BadFileException>(() => SafetensorsFile.Open(path));
        Assert.Equal(path, e.Path);
    }

    [Theory]
    [InlineData("bad_file_7_bytes", "has only 7 bytes")]
    [InlineData("bad_header_too_large", "at most 100000000 are allowed")]
    [InlineData("bad_header_beyond_eof", "the header should end at byte")]
    [InlineData("bad_array_header", "must be a JSON object")]
    [InlineData("bad_bom", "breaks the rules of JSON")]
    [InlineData("bad_trailing_nul_pad", "breaks the rules of JSON")]
    [InlineData("bad_utf8", "must be UTF-8")]
    [InlineData("bad_dup_field", "has the field 'dtype' twice")]
    [InlineData("bad_missing_field", "lacks one of them")]
    [InlineData("bad_unknown_dtype", "the dtype 'F128', which safetensors does not know")]
    [InlineData("bad_lowercase_dtype", "the dtype 'f32'")]
    [InlineData("bad_float_dim", "must be an array of whole numbers")]
    [InlineData("bad_negative_offset", "must be an array of whole numbers")]
    [InlineData("bad_metadata_nested", "must map texts to texts")]
    [InlineData("bad_shape_overflow", "exceeds 64 bits")]
    [InlineData("bad_f4_odd", "do not fill whole bytes")]
    [InlineData("bad_size_mismatch", "but its 'data_offsets'")]
    [InlineData("bad_reversed_offsets", "but its 'data_offsets'")]
    [InlineData("bad_gap", "leaves a gap behind")]
    [InlineData("bad_overlap", "overlaps what ends at")]
    [InlineData("bad_same_range_twice", "overlaps what ends at")]
    [InlineData("bad_not_start_at_0", "leaves a gap behind what ends at 0")]
    [InlineData("bad_trailing_bytes", "No bytes may follow")]
    [InlineData("bad_truncated_body", "The file is incomplete")]
    [InlineData("lenient_dup_tensor_key", "occurs twice")]
    public void The_message_names_the_rule(string name, string rule)
    {
        string path = SafetensorsSamples.ZooFile($"{name}.safetensors");
        Assert.Contains(rule, Assert.Throws<BadFileException>(() => SafetensorsFile.Open(path)).Message);
    }

    // The verdicts are those of safetensors 0.8.0.
    [Theory]
    [InlineData(
        true,
        """{"a\u007f":{"dtype":"F\u00332","shape":[1],"d\u0061ta_offsets":[0,4],"x":[{"y":[null,1.5e3]}]}}"""
    )]
    [InlineData(true, """{"\ud83d\ude00":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""")]
    [InlineData(true, "\t\r\n {\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}\t")]
    [InlineData(false, """{"\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""")]
    [InlineData(false, """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,5]}}""")]
    [InlineData(false, """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""")]
    [InlineData(false, """{"a":{"dtype":"F32","shape":[-0,1],"data_offsets":[0,4]}}""")]
    [InlineData(false, """{"a":{"dtype":"F32","shape":[[1]],"data_offsets":[0,4]}}""")]
    [InlineData(false, """{"a":{"dtype":"F32","shape":[18446744073709551616],"data_offsets":[0,4]}}""")]
    [InlineData(
        false,
        """{"a":{"dtype":"F32","shape":[4611686018427387904,4,0],"data_offsets":[0,0]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"""
    )]
    [InlineData(false, """{"a":null,"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""")]
    [InlineData(
        false,
        """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"__metadata__":null,"__metadata__":null}"""
    )]
    [InlineData(false, """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}{}""")]
    [InlineData(false, """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":01}}""")]
    [InlineData(false, """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],/*x*/"y":1}}""")]
    [InlineData(false, """{"a":{"dtype":"C128","shape":[0],"data_offsets":[0,0]}}""")]
    public void The_verdict_is_that_of_the_reference(bool good, string header)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        byte[] bytes = new byte[8 + json.Length + 4];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, json.Length);
        json.CopyTo(bytes, 8);
        File.WriteAllBytes(_folder["x"], bytes);
        if (good)
        {
            SafetensorsFile.Open(_folder["x"]).Dispose();
        }
        else
        {
            Assert.Throws<BadFileException>(() => SafetensorsFile.Open(_folder["x"]));
        }
    }

    [Theory]
    [InlineData(120, true)]
    [InlineData(200, false)]
    [InlineData(1_000_000, false)]
    public void Nesting_is_limited(int depth, bool good)
    {
        string deep = new string('[', depth) + new string(']', depth);
        The_verdict_is_that_of_the_reference(
            good,
            $$$"""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":{{{deep}}} } }"""
        );
    }

    [Fact]
    public void Damaged_headers_are_refused_or_still_describe_the_file_exactly()
    {
        string[] names = ["all_dtypes", "ok_header_order_differs_from_data", "no_tensors", "ok_f4"];
        foreach (
            byte[] original in names.Select(name =>
                File.ReadAllBytes(SafetensorsSamples.ZooFile($"{name}.safetensors"))
            )
        )
        {
            int headerBytes = 8 + BinaryPrimitives.ReadInt32LittleEndian(original);
            for (int length = 0; length < original.Length; length += length < headerBytes ? 37 : 5)
            {
                AssertRefused(original[..length]);
            }

            Random random = new(headerBytes);
            for (int i = 0; i < 500; i++)
            {
                byte[] damaged = [.. original];
                for (int flips = random.Next(1, 4); flips > 0; flips--)
                {
                    damaged[random.Next(headerBytes)] ^= (byte)(1 << random.Next(8));
                }

                AssertRefusedOrCovered(damaged);
            }
        }
    }

    private static IEnumerable<string> Names(bool valid) =>
        SafetensorsSamples
            .Zoo.EnumerateObject()
            .Where(file => file.Value.GetProperty("valid").GetBoolean() == valid)
            .Select(file => file.Name);

    private void AssertRefused(byte[] bytes)
    {
        File.WriteAllBytes(_folder["x"], bytes);
        Assert.Throws<BadFileException>(() => SafetensorsFile.Open(_folder["x"]));
    }

    private void AssertRefusedOrCovered(byte[] bytes)
    {
        File.WriteAllBytes(_folder["x"], bytes);
        try
        {
            using SafetensorsFile file = SafetensorsFile.Open(_folder["x"]);
            long headerBytes = 8 + BinaryPrimitives.ReadInt64LittleEndian(bytes);
            Assert.Equal(bytes.Length - headerBytes, file.Tensors.Values.Sum(tensor => tensor.ByteCount));
        }
        catch (BadFileException) { }
    }
}
