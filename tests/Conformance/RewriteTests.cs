using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MegatronBridge.Conformance;

/// <summary>Models that are written again with other numbers: torch and numpy compute the same numbers.</summary>
public sealed class RewriteTests(Python python)
{
    private const int Numbers = 1 << 16;

    [Theory]
    [InlineData("float32", "float16")]
    [InlineData("float32", "bfloat16")]
    [InlineData("bfloat16", "float16")]
    [InlineData("bfloat16", "float32")]
    [InlineData("float16", "bfloat16")]
    [InlineData("float16", "float32")]
    public void Every_number_is_cast_as_torch_casts_it(string from, string to)
    {
        using TemporaryFolder folder = new();
        string hf = folder.File("hf");
        Command.Run(
            "toy",
            "--architecture",
            "LlamaForCausalLM",
            "--hf-path",
            hf,
            "--set",
            $"dtype={from}",
            "--set",
            "hidden_size=64",
            "--set",
            $"vocab_size={Numbers / 64}"
        );
        Patch(hf, "model.embed_tokens.weight", from == "float32" ? Singles() : Halves());
        string cast = folder.File("cast");

        Command.Run("cast", "--model", hf, "--out", cast, "--dtype", to, "--allow-overflow");

        JsonElement answer = python.Call("rewrites", "casts", hf, cast, to);
        Assert.Empty(answer.GetProperty("wrong").EnumerateArray());
        Assert.True(answer.GetProperty("count").GetInt64() > Numbers * 9 / 10);
        string megatron = folder.File("megatron");
        string again = folder.File("again");
        Command.Run("import", "--hf-model", hf, "--megatron-path", megatron, "--tp", "2");
        Command.Run("cast", "--model", megatron, "--out", folder.File("m"), "--dtype", to, "--allow-overflow");
        Command.Run("export", "--megatron-path", folder.File("m"), "--hf-path", again, "--hf-model", cast);
        Assert.Empty(python.Call("rewrites", "casts", hf, again, to).GetProperty("wrong").EnumerateArray());
    }

    [Theory]
    [InlineData("bfloat16")]
    [InlineData("float16")]
    [InlineData("float32")]
    public void Weak_rows_are_found_and_repaired_as_torch_does_it(string dtype)
    {
        const int Width = 64;
        int[] rows = [2, 5, 77];
        using TemporaryFolder folder = new();
        string hf = folder.File("hf");
        string repaired = folder.File("repaired");
        Command.Run(
            "toy",
            "--architecture",
            "LlamaForCausalLM",
            "--hf-path",
            hf,
            "--set",
            $"dtype={dtype}",
            "--set",
            $"hidden_size={Width}",
            "--set",
            "tie_word_embeddings=false"
        );
        int rowBytes = Width * (dtype == "float32" ? 4 : 2);
        foreach (int row in rows)
        {
            Patch(hf, "model.embed_tokens.weight", new byte[rowBytes], row * rowBytes);
        }

        Command.Run("repair-embeddings", "--model", hf, "--out", repaired);

        JsonElement answer = python.Call(
            "rewrites",
            "repaired",
            hf,
            repaired,
            "model.embed_tokens.weight",
            "lm_head.weight",
            new JsonArray([.. rows.Select(row => JsonValue.Create(row))])
        );
        Assert.Equal(rows, answer.GetProperty("found").EnumerateArray().Select(row => row.GetInt32()));
        Assert.Empty(answer.GetProperty("wrong").EnumerateArray());
    }

    /// <summary>All bit patterns of 16 bits.</summary>
    private static byte[] Halves()
    {
        byte[] bytes = new byte[2 * Numbers];
        for (int i = 0; i < Numbers; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2 * i), (ushort)i);
        }

        return bytes;
    }

    /// <summary>All upper halves of singles, each with a lower half at, beside or between the halfway points of rounding.</summary>
    private static byte[] Singles()
    {
        ushort[] lower = [0, 0x8000, 0x7fff, 0x8001, 0x1000, 0x0fff, 0x1001, 0x3000, 0xffff];
        byte[] bytes = new byte[4 * Numbers];
        for (int i = 0; i < Numbers; i++)
        {
            uint bits = ((uint)i << 16) | lower[i % lower.Length];
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4 * i), bits);
        }

        return bytes;
    }

    private static void Patch(string hf, string tensor, byte[] bytes, int offset = 0)
    {
        using FileStream file = File.Open(Path.Combine(hf, "model.safetensors"), FileMode.Open);
        byte[] length = new byte[8];
        file.ReadExactly(length);
        byte[] header = new byte[BinaryPrimitives.ReadInt64LittleEndian(length)];
        file.ReadExactly(header);
        file.Position = 8 + header.Length + JsonNode.Parse(header)![tensor]!["data_offsets"]![0]!.GetValue<long>();
        file.Position += offset;
        file.Write(bytes);
    }
}
