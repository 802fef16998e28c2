using System.Text;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Safetensors;

namespace MegatronBridge.Tests.Storage.Safetensors;

public sealed class SafetensorsIndexTests
{
    private static readonly string Sample = Path.Combine(
        SafetensorsSamples.Folder,
        "hf-sharded",
        WeightNames.Transformers.Index
    );

    [Fact]
    public void The_index_of_transformers_is_written_again_byte_for_byte()
    {
        SafetensorsIndex index = SafetensorsIndex.Read(Sample);
        Assert.Equal(File.ReadAllText(Sample), index.Write(IndexStyle.Transformers));
        SafetensorsIndex shuffled = SafetensorsIndex.Create(
            index.WeightMap.Reverse(),
            index.TotalSize!.Value,
            index.Metadata.Reverse()
        );
        Assert.Equal(File.ReadAllText(Sample), shuffled.Write(IndexStyle.Transformers));
    }

    [Fact]
    public void Each_tool_spells_in_its_own_way()
    {
        SafetensorsIndex source = Parse(
            """{"metadata":{"x":[1,{"y":"\u00e9\u007f"},[],{}],"total_size":5,"z":1e3},"weight_map":{}}"""
        );
        SafetensorsIndex index = SafetensorsIndex.Create(
            [new("b", "2.safetensors"), new("\"é😀", "1.safetensors")],
            7,
            source.Metadata
        );
        Assert.Equal(
            """
            {
                "metadata": {
                    "x": [
                        1,
                        {
                            "y": "\u00e9\u007f"
                        },
                        [],
                        {}
                    ],
                    "total_size": 7,
                    "z": 1e3
                },
                "weight_map": {
                    "b": "2.safetensors",
                    "\"\u00e9\ud83d\ude00": "1.safetensors"
                }
            }
            """,
            index.Write(IndexStyle.Bridge)
        );
        Assert.Equal(
            """
            {
              "metadata": {
                "total_size": 0
              },
              "weight_map": {}
            }
            """,
            SafetensorsIndex.Create([], 0).Write(IndexStyle.HuggingFaceHub)
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"weight_map":[]}""")]
    [InlineData("""{"weight_map":{"a":1}}""")]
    [InlineData("""{"weight_map":{"a":"x","a":"x"}}""")]
    [InlineData("""{"weight_map":{"\ud800":"x"}}""")]
    [InlineData("""{"weight_map":{"a":"x"},}""")]
    public void What_is_no_index_is_refused(string json) => Assert.Throws<BadFileException>(() => Parse(json));

    [Fact]
    public void A_damaged_index_is_refused_or_read()
    {
        byte[] original = File.ReadAllBytes(Sample);
        Random random = new(1);
        for (int i = 0; i < 5000; i++)
        {
            byte[] damaged = i % 2 == 0 ? original[..random.Next(original.Length)] : [.. original];
            if (damaged.Length > 0)
            {
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            }

            try
            {
                SafetensorsIndex.Parse(damaged, "x");
            }
            catch (BadFileException) { }
        }
    }

    private static SafetensorsIndex Parse(string json) => SafetensorsIndex.Parse(Encoding.UTF8.GetBytes(json), "x");
}
