using System.Text.Json;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Kernels;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch;
using MegatronBridge.Storage.Torch.Pickle;

namespace MegatronBridge.Tests.Storage.Torch.Zip;

public sealed class ZipLayoutTests
{
    // zip64.json has all but the zeros of what torch.save wrote of the dict below: records of 4 GiB and just less,
    // records behind 4 GiB, both, and an empty one.
    [Fact]
    public void Records_and_offsets_of_more_than_32_bits_are_laid_out_as_torch_does()
    {
        const long Limit = 1L << 32;
        using JsonDocument expected = JsonDocument.Parse(TorchFixtures.Bytes("zip64.json"));
        byte[] ones = [.. Enumerable.Range(0, 3).SelectMany(_ => BitConverter.GetBytes(1f))];
        PickleDict tensors = new(
            ("big", new TensorValue(new ZeroView(DType.U8, [Limit - 1]))),
            ("small", new TensorValue(new MemoryView(DType.F32, [3], ones))),
            ("empty", new TensorValue(new ZeroView(DType.F32, [0]))),
            ("both", new TensorValue(new ZeroView(DType.U8, [Limit + 5]))),
            ("almost", new TensorValue(new ZeroView(DType.U8, [Limit - 2])))
        );
        TorchLayout layout = new(TorchLayout.ItemPrefix, tensors);
        Assert.Equal(expected.RootElement.GetProperty("length").GetInt64(), layout.Length);

        uint[] crcs = [Zeros(Limit - 1), Crc32.Append(0, ones), 0, Zeros(Limit + 5), Zeros(Limit - 2)];
        List<(long Position, byte[] Bytes)> actual = [.. layout.Frame(crcs), (layout.Placements[1].Position, ones)];
        actual.Sort((left, right) => left.Position.CompareTo(right.Position));
        JsonElement parts = expected.RootElement.GetProperty("parts");
        foreach (JsonElement part in parts.EnumerateArray())
        {
            long position = part[0].GetInt64();
            byte[] bytes = part[1].GetBytesFromBase64();
            byte[] made =
            [
                .. actual
                    .Where(run => run.Position >= position && run.Position < position + bytes.Length)
                    .SelectMany(run => run.Bytes),
            ];
            TorchFixtures.AssertSame(bytes, made, $"the part at {position}");
        }
    }

    [Fact]
    public void Such_an_archive_is_read()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Holes in files take space there.");
        using JsonDocument saved = JsonDocument.Parse(TorchFixtures.Bytes("zip64.json"));
        string path = Path.GetTempFileName();
        try
        {
            using (FileStream stream = File.OpenWrite(path))
            {
                foreach (JsonElement part in saved.RootElement.GetProperty("parts").EnumerateArray())
                {
                    stream.Position = part[0].GetInt64();
                    stream.Write(part[1].GetBytesFromBase64());
                }
            }

            using InputFile file = InputFile.Open(path);
            Dictionary<string, TensorView> views = TorchFile
                .Open(file)
                .ListTensors()
                .ToDictionary(tensor => tensor.Name, tensor => tensor.View!);
            Assert.Equal("U8 [4294967295]", $"{views["big"]}");
            Assert.Equal("U8 [4294967301]", $"{views["both"]}");
            Assert.Equal("U8 [4294967294]", $"{views["almost"]}");
            Assert.Equal("F32 [0]", $"{views["empty"]}");
            byte[] ones = views["small"].ToArray();
            Assert.Equal([1f, 1f, 1f], Enumerable.Range(0, 3).Select(i => BitConverter.ToSingle(ones, 4 * i)));
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>The CRC of that many zeros, without making them.</summary>
    private static uint Zeros(long count)
    {
        uint all = 0;
        uint power = Crc32.Append(0, [0]);
        for (int bit = 0; bit < 33; bit++)
        {
            all = (count >> bit & 1) == 0 ? all : Crc32.Combine(all, power, 1L << bit);
            power = Crc32.Combine(power, power, 1L << bit);
        }

        return all;
    }
}
