using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Families;
using MegatronBridge.Layout;
using MegatronBridge.Model;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Quantization;
using MegatronBridge.Storage.Safetensors;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Bench;

/// <summary>Makes a Hugging Face model of a published shape, filled with noise, to convert.</summary>
internal static class BenchModel
{
    // csharpier-ignore
    private static readonly Dictionary<string, (int Layers, int Hidden, int Heads, int Groups, int Ffn, bool Tied, int Files)> Shapes = new()
    {
        ["1b"] = (16, 2048, 32, 8, 8192,  true,  3), // Llama-3.2-1B: 1.2 billion parameters
        ["8b"] = (32, 4096, 32, 8, 14336, false, 4), // Llama-3.1-8B: 8.0 billion
    };

    private const string Fp8 = "-fp8"; // behind a size: linear layers in FP8 with blocks of 128 x 128
    private const int Block = 128;

    public static async Task MakeAsync(string folder, string size)
    {
        bool isFp8 = size.EndsWith(Fp8, StringComparison.Ordinal);
        var shape = Shapes[isFp8 ? size[..^Fp8.Length] : size];
        JsonObject config = new()
        {
            ["architectures"] = new JsonArray("LlamaForCausalLM"),
            ["model_type"] = "llama",
            ["torch_dtype"] = "bfloat16",
            ["hidden_act"] = "silu",
            ["num_hidden_layers"] = shape.Layers,
            ["hidden_size"] = shape.Hidden,
            ["num_attention_heads"] = shape.Heads,
            ["num_key_value_heads"] = shape.Groups,
            ["head_dim"] = shape.Hidden / shape.Heads,
            ["intermediate_size"] = shape.Ffn,
            ["max_position_embeddings"] = 131072,
            ["rms_norm_eps"] = 1e-5,
            ["rope_theta"] = 500000.0,
            ["tie_word_embeddings"] = shape.Tied,
            ["vocab_size"] = 128256,
        };
        if (isFp8)
        {
            config["quantization_config"] = JsonNode.Parse(
                $$"""{ "quant_method": "fp8", "weight_block_size": [{{Block}}, {{Block}}] }"""
            );
        }

        Family family = FamilyList.Of(new HfConfig(config));
        ModelProvider provider = family.ToProvider(new HfConfig(config));
        provider.Complete();

        Dictionary<string, TensorView> tensors = [];
        foreach (Binding binding in Binding.Bind(family, provider, ModelTable.Build(provider)))
        {
            foreach ((string name, Shape tensor) in binding.HfNames.Zip(binding.HfShapes()))
            {
                NoiseView noise = new(tensor, (ulong)tensors.Count);
                if (isFp8 && name.EndsWith("_proj.weight", StringComparison.Ordinal))
                {
                    BlockAxis axis = BlockAxis.Of(Block);
                    QuantizedWeight codes = new(noise, axis, axis, CodeForm.E4M3, DType.F8E4M3, DType.F32);
                    tensors.Add(name, codes.Codes);
                    tensors.Add(name + "_scale_inv", codes.Scales);
                }
                else
                {
                    tensors.Add(name, noise);
                }
            }
        }

        long limit = (tensors.Values.Sum(view => view.ByteCount) / shape.Files) + (64 << 20);
        ShardPlan shards = ShardPlan.BySize(tensors, limit);
        Directory.CreateDirectory(folder);
        TransferResult result = await TransferEngine.RunAsync(
            shards.ToLayouts(tensors),
            folder,
            TransferOptions.Default
        );
        SafetensorsIndex index = SafetensorsIndex.Create(shards.WeightMap, result.Bytes);
        await File.WriteAllTextAsync(
            Path.Combine(folder, WeightNames.Transformers.Index),
            index.Write(IndexStyle.Transformers)
        );
        await File.WriteAllTextAsync(Path.Combine(folder, "config.json"), config.ToJsonString());
        Console.WriteLine(
            $"{folder}: {tensors.Count} tensors, {result.Bytes / 1e9:F2} GB in {shards.Shards.Count} files"
        );
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
