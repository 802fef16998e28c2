using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Families;
using MegatronBridge.Model;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Quantization;
using MegatronBridge.Storage.Safetensors;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Bench;

/// <summary>Makes a Hugging Face model of a published shape, to convert: filled with noise, or with holes in the stead of tensors.</summary>
internal static class BenchModel
{
    private const int Block = 128;

    /// <summary>Makes a model of noise.</summary>
    public static async Task MakeAsync(string folder, string size)
    {
        (ShardPlan shards, Dictionary<string, TensorView> tensors) = Plan(size);
        Directory.CreateDirectory(folder);
        TransferResult result = await TransferEngine.RunAsync(
            shards.ToLayouts(tensors),
            folder,
            TransferOptions.Default
        );
        WriteIndex(folder, size, shards, result.Bytes);
        Console.WriteLine(
            $"{folder}: {tensors.Count} tensors, {result.Bytes / 1e9:F2} GB in {shards.Shards.Count} files"
        );
    }

    /// <summary>Makes the headers of a model: files of the right size that take no room.</summary>
    public static void MakeHollow(string folder, string size)
    {
        (ShardPlan shards, Dictionary<string, TensorView> tensors) = Plan(size);
        Directory.CreateDirectory(folder);
        foreach (SafetensorsLayout layout in shards.ToLayouts(tensors))
        {
            string path = Path.Combine(folder, layout.Name);
            using (OutputFile header = new(path, layout.Placements.Min(placement => placement.Position)))
            {
                layout.Complete(header, []);
            }

            using FileStream file = File.OpenWrite(path);
            file.SetLength(layout.Length);
        }

        WriteIndex(folder, size, shards, tensors.Values.Sum(view => view.ByteCount));
    }

    private static (ShardPlan Shards, Dictionary<string, TensorView> Tensors) Plan(string size)
    {
        HfConfig config = new(BenchConfig.Of(size));
        Family family = FamilyList.Of(config);
        ModelProvider provider = family.ToProvider(config);
        provider.Complete();
        Dictionary<string, TensorView> tensors = [];
        foreach (Binding binding in Binding.Bind(family, provider, ModelTable.Build(provider)))
        {
            foreach ((string name, Shape shape) in binding.HfNames.Zip(binding.HfShapes()))
            {
                NoiseView noise = new(shape, (ulong)tensors.Count);
                if (BenchConfig.IsFp8(size) && name.EndsWith("_proj.weight", StringComparison.Ordinal))
                {
                    BlockAxis axis = BlockAxis.Of(Block);
                    QuantizedWeight codes = new(noise, axis, axis, CodeForm.E4M3, DType.F8E4M3, DType.F32);
                    tensors.Add(name, codes.Codes);
                    tensors.Add(name + "_scale_inv", codes.Scales);
                }
                else
                {
                    tensors.Add(name, binding.Parameter.DType is { } dtype ? new ZeroView(dtype, shape) : noise);
                }
            }
        }

        long limit = (tensors.Values.Sum(view => view.ByteCount) / BenchConfig.Files(size)) + (64 << 20);
        return (ShardPlan.BySize(tensors, limit), tensors);
    }

    private static void WriteIndex(string folder, string size, ShardPlan shards, long bytes)
    {
        SafetensorsIndex index = SafetensorsIndex.Create(shards.WeightMap, bytes);
        File.WriteAllText(Path.Combine(folder, WeightNames.Transformers.Index), index.Write(IndexStyle.Transformers));
        File.WriteAllText(Path.Combine(folder, "config.json"), BenchConfig.Of(size).ToJsonString());
    }

    /// <summary>bfloat16 noise in [-1, 1) that depends on the place alone.</summary>
    private sealed class NoiseView(Shape shape, ulong seed) : TensorView(DType.BF16, shape)
    {
        protected override void ReadCore(long offset, Span<byte> destination)
        {
            for (int i = 0; i < destination.Length; i += 2)
            {
                ulong x = (seed << 40) + (ulong)(offset + i);
                x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
                destination[i] = (byte)(x >> 32);
                destination[i + 1] = (byte)(0x3c | ((x >> 50) & 0x81)); // sign, and an exponent near that of weights
            }
        }
    }
}
