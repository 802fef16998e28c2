using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Quantization;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Storage.Comparison;

namespace MegatronBridge.Tests.Bridge.Quantization;

/// <summary>Whatever a config says and whatever shapes the parts have: a model is read, or refused in words.</summary>
public sealed class MutatedConfigTests
{
    private const string Weight = "model.layers.0.mlp.up_proj.weight";

    private static readonly string[] Values =
    [
        "null",
        "true",
        "0",
        "-1",
        "1",
        "3",
        "17",
        "2147483647",
        "99999999999999999999",
        "1.5",
        "\"\"",
        "\"group\"",
        "\"block\"",
        "\"re:(a+)+$\"",
        "\"re:[\"",
        "[]",
        "[0, 0]",
        "[128, -1]",
        "[\"*\"]",
        "[\"re:.*(\"]",
        "{}",
        "{ \"weights\": { \"num_bits\": 99 } }",
    ];

    [Fact]
    public void Every_config_is_read_or_refused()
    {
        Random random = new(12);
        int refused = 0;
        foreach (StoredForm form in StoredForm.All.Where(form => form.Json != "null"))
        {
            List<(string Name, TensorView Tensor)> parts = form.Make(Weight, 64, 64, random).Parts;
            for (int i = 0; i < 150; i++)
            {
                JsonObject config = JsonNode.Parse(form.Json)!.AsObject();
                Mutate(config, random);
                refused += IsRefused(parts, config) ? 1 : 0;
            }
        }

        Assert.True(refused > 500);
    }

    [Fact]
    public void Every_shape_is_read_or_refused()
    {
        Random random = new(13);
        DType[] types = Enum.GetValues<DType>();
        long[] sizes = [0, 1, 2, 3, 8, 64, 65, 1L << 31, 1L << 40];
        int refused = 0;
        foreach (StoredForm form in StoredForm.All)
        {
            List<(string Name, TensorView Tensor)> parts = form.Make(Weight, 64, 64, random).Parts;
            for (int i = 0; i < 150; i++)
            {
                List<(string Name, TensorView Tensor)> changed = [.. parts];
                int part = random.Next(parts.Count);
                TensorView? other = Other(parts[part].Tensor, random, types, sizes);
                if (other is not null)
                {
                    changed[part] = (parts[part].Name, other);
                    refused += IsRefused(changed, JsonNode.Parse(form.Json) as JsonObject) ? 1 : 0;
                }
            }
        }

        Assert.True(refused > 1000);
    }

    private static ZeroView? Other(TensorView tensor, Random random, DType[] types, long[] sizes)
    {
        DType dtype = random.Next(2) == 0 ? tensor.DType : types[random.Next(types.Length)];
        long[] shape =
            random.Next(2) == 0
                ? [.. tensor.Shape]
                : [.. Enumerable.Range(0, random.Next(5)).Select(_ => sizes[random.Next(sizes.Length)])];
        if (shape.Length > 0)
        {
            shape[random.Next(shape.Length)] = sizes[random.Next(sizes.Length)];
        }

        // A file holds what its header says: it is large only where something else is nothing.
        bool isPossible = Shape.Product(shape) is < 1 << 20 and var count && dtype.ByteCount(count) is not null;
        return isPossible ? new ZeroView(dtype, new(shape)) : null;
    }

    private static bool IsRefused(List<(string Name, TensorView Tensor)> parts, JsonObject? config)
    {
        try
        {
            QuantizationConfig? read = config is null ? null : QuantizationConfig.Read(new HfConfig(config));
            DequantizedSource source = DequantizedSource.Of(new MemorySource(parts), read, DType.BF16);
            foreach (string name in source.Names)
            {
                TensorView view = source.Find(name)!;
                byte[] bytes = new byte[Math.Min(view.ByteCount, 4096) / 16 * 16];
                view.Read(0, bytes);
            }

            return false;
        }
        catch (Exception e) when (e is BadFileException or MappingException or UnsupportedModelException)
        {
            return true;
        }
    }

    private static void Mutate(JsonObject json, Random random)
    {
        string key = json.ElementAt(random.Next(json.Count)).Key;
        if (json[key] is JsonObject { Count: > 0 } inner && random.Next(4) > 0)
        {
            Mutate(inner, random);
        }
        else
        {
            json[key] = JsonNode.Parse(Values[random.Next(Values.Length)]);
        }
    }
}
