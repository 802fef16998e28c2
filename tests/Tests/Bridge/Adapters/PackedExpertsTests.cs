using System.Text.Json.Nodes;
using MegatronBridge.Adapters;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.HuggingFace;
using MegatronBridge.Storage.Safetensors;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Bridge.Adapters;

/// <summary>Adapters of parameters that hold all experts of a layer, as the library peft has them for transformers 5.</summary>
public sealed class PackedExpertsTests
{
    private const string Experts = "base_model.model.model.layers.0.mlp.experts";

    [Theory]
    [InlineData("gpt_oss", "model.layers.{0}.mlp.experts", true)]
    [InlineData("qwen3_vl_moe", "model.language_model.layers.{0}.mlp.experts", false)]
    public async Task An_export_of_an_import_is_the_folder_again(string golden, string module, bool isInputFirst)
    {
        using AdapterSample sample = new("packed");
        await WriteAsync(sample, golden, module, isInputFirst);
        string import = await sample.ImportAsync(sample["peft"], sample["base"]);
        string export = await sample.ExportAsync(import, model: sample["base"]);

        Assert.Equal(AdapterSample.Tensors(sample["peft"]), AdapterSample.Tensors(export));
        JsonNode config = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(export, "adapter_config.json")))!;
        Assert.Equal(
            ["mlp.experts.gate_up_proj", "mlp.experts.down_proj"],
            config["target_parameters"]!.AsArray().Select(name => name!.GetValue<string>())
        );
        Assert.Empty(config["target_modules"]!.AsArray());

        // Merged into either format, and by the formula.
        string merged = await sample.MergeAsync(sample["base"], sample["peft"]);
        string ofMegatron = await sample.MergeAsync(sample["base"], import, "merged2");
        AssertMerged(sample, module, isInputFirst);
        using HfFolder one = HfFolder.Open(merged);
        using HfFolder other = HfFolder.Open(ofMegatron);
        Assert.All(one.Names, name => Assert.Equal(one.Find(name)!.ToArray(), other.Find(name)!.ToArray()));
    }

    [Fact]
    public async Task Matrices_that_older_versions_exchanged_mean_the_same()
    {
        using AdapterSample sample = new("packed");
        await WriteAsync(sample, "qwen3_vl_moe", "model.language_model.layers.{0}.mlp.experts", isInputFirst: false);
        const int rank = 2;
        await DamagedAdapter.ChangeAsync(
            sample["peft"],
            sample["old"],
            (name, view) =>
            {
                bool isA = name.EndsWith("lora_A.weight", StringComparison.Ordinal);
                string other = isA
                    ? name.Replace("lora_A", "lora_B", StringComparison.Ordinal)
                    : name.Replace("lora_B", "lora_A", StringComparison.Ordinal);
                long experts = view.Shape[isA ? 0 : 1] / rank;
                TensorView exchanged = isA
                    ? view.Reshape([experts, rank, view.Shape[1]])
                        .Permute(2, 1, 0)
                        .Reshape([view.Shape[1], rank * experts])
                    : view.Reshape([view.Shape[0], rank, experts])
                        .Permute(2, 1, 0)
                        .Reshape([rank * experts, view.Shape[0]]);
                return [(other, exchanged)];
            }
        );
        string merged = await sample.MergeAsync(sample["base"], sample["peft"]);
        string old = await sample.MergeAsync(sample["base"], sample["old"], "merged2");
        using HfFolder one = HfFolder.Open(merged);
        using HfFolder other = HfFolder.Open(old);
        Assert.All(one.Names, name => Assert.Equal(one.Find(name)!.ToArray(), other.Find(name)!.ToArray()));
    }

    [Theory]
    [InlineData("qwen3moe-lora")]
    [InlineData("qwen3moe-lora-perexpert")]
    [InlineData("qwen3moe-lora-normalize")]
    public async Task Experts_one_by_one_may_be_packed(string name)
    {
        using AdapterSample sample = new(name);
        string model = await sample.WriteBaseAsync();
        string packed = sample["packed"];
        using (
            AdapterExporter exporter = AdapterExporter.Open(
                new()
                {
                    MegatronPath = sample.Megatron,
                    HfPath = packed,
                    PackExperts = true,
                }
            )
        )
        {
            Assert.Equal(exporter.Adapter.Settings.Dropout > 0 ? 1 : 0, exporter.Report.Warnings.Count);
            await exporter.RunAsync();
        }

        Assert.Contains(Experts + ".base_layer.lora_B.weight", AdapterSample.Tensors(packed).Keys);
        Assert.DoesNotContain(
            AdapterSample.Tensors(packed).Keys,
            key => key.Contains(".experts.0.", StringComparison.Ordinal)
        );
        string expected = await sample.MergeAsync(model, sample.Peft);
        string found = await sample.MergeAsync(model, packed, "merged2");
        using HfFolder one = HfFolder.Open(expected);
        using HfFolder other = HfFolder.Open(found);
        Assert.All(one.Names, key => Assert.Equal(one.Find(key)!.ToArray(), other.Find(key)!.ToArray()));
        Assert.Equal(
            AdapterSample.CheckpointTensors(sample.Megatron),
            AdapterSample.CheckpointTensors(await sample.ImportAsync(packed, model))
        );
    }

    [Theory]
    [InlineData("\"mlp.experts.down_proj\"", "\"mlp.experts.w\"", "target_parameters")]
    [InlineData(", \"mlp.experts.down_proj\"", "", "matrices for 2 parameters")]
    [InlineData("\"mlp.experts.gate_up_proj\", \"mlp.experts.down_proj\"", "", "matrices for 2 parameters")]
    [InlineData("\"use_dora\": false", "\"use_dora\": true", "use_dora")]
    [InlineData("\"r\": 2", "\"r\": 1", "rank 1")]
    [InlineData("\"r\": 2", "\"r\": 3", "rank")]
    public async Task Configs_that_do_not_fit_are_refused(string old, string @new, string expected)
    {
        using AdapterSample sample = new("packed");
        await WriteAsync(sample, "gpt_oss", "model.layers.{0}.mlp.experts", isInputFirst: true);
        string config = Path.Combine(sample["peft"], "adapter_config.json");
        string text = await File.ReadAllTextAsync(config);
        Assert.Contains(old, text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(config, text.Replace(old, @new, StringComparison.Ordinal));
        Exception fault = await Assert.ThrowsAnyAsync<Exception>(() =>
            sample.ImportAsync(sample["peft"], sample["base"])
        );
        Assert.True(fault is BadFileException or MappingException, fault.ToString());
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damaged_files_are_refused_and_nothing_else()
    {
        using AdapterSample sample = new("packed");
        await WriteAsync(sample, "gpt_oss", "model.layers.{0}.mlp.experts", isInputFirst: true);
        Random random = new(17);
        foreach (string name in (string[])["adapter_config.json", "adapter_model.safetensors"])
        {
            string path = Path.Combine(sample["peft"], name);
            byte[] bytes = await File.ReadAllBytesAsync(path);
            int header = Math.Min(bytes.Length, 1500); // beyond are numbers
            for (int round = 0; round < 250; round++)
            {
                byte[] damaged = round % 4 == 0 ? bytes[..random.Next(bytes.Length)] : (byte[])bytes.Clone();
                for (int flips = random.Next(1, 4); flips > 0 && damaged.Length > 0; flips--)
                {
                    damaged[random.Next(Math.Min(header, damaged.Length))] ^= (byte)(1 << random.Next(8));
                }

                await File.WriteAllBytesAsync(path, damaged);
                try
                {
                    AdapterImporter
                        .Open(
                            new()
                            {
                                HfAdapter = sample["peft"],
                                MegatronPath = sample["m"],
                                BaseModel = sample["base"],
                            }
                        )
                        .Dispose();
                }
                catch (Exception e) when (e is BadFileException or MappingException)
                {
                    continue; // told as it should be
                }
            }

            await File.WriteAllBytesAsync(path, bytes);
        }
    }

    /// <summary>A model, and a folder with matrices for all its experts.</summary>
    private static async Task WriteAsync(AdapterSample sample, string golden, string module, bool isInputFirst)
    {
        GoldenManifest manifest = GoldenManifest.Load(golden);
        await GoldenFolder.WriteAsync(manifest, sample["base"]);
        using HfFolder model = HfFolder.Open(sample["base"]);
        Random random = new(5);
        Dictionary<string, TensorView> tensors = new(StringComparer.Ordinal);
        foreach (string name in model.Names.Where(name => name.EndsWith("experts.down_proj", StringComparison.Ordinal)))
        {
            string place = "base_model.model." + name[..name.LastIndexOf('.')];
            (string Parameter, string Around)[] parameters = [("gate_up_proj", ".base_layer"), ("down_proj", "")];
            foreach ((string parameter, string around) in parameters)
            {
                Shape shape = model.Find(name.Replace("down_proj", parameter, StringComparison.Ordinal))!.Shape;
                (long outputs, long inputs) = isInputFirst ? (shape[2], shape[1]) : (shape[1], shape[2]);
                tensors.Add($"{place}{around}.lora_A.weight", Numbers([2 * shape[0], inputs], random));
                tensors.Add($"{place}{around}.lora_B.weight", Numbers([outputs, 2 * shape[0]], random));
            }
        }

        Assert.Contains(tensors.Keys, name => name.Contains(string.Format(null, module, 0), StringComparison.Ordinal));
        Directory.CreateDirectory(sample["peft"]);
        await TransferEngine.RunAsync(
            [new SafetensorsLayout("adapter_model.safetensors", tensors)],
            sample["peft"],
            TransferOptions.Default
        );
        await File.WriteAllTextAsync(
            Path.Combine(sample["peft"], "adapter_config.json"),
            """
            {"peft_type": "LORA", "r": 2, "lora_alpha": 3, "use_dora": false, "target_modules": ["q_proj"],
             "target_parameters": ["mlp.experts.gate_up_proj", "mlp.experts.down_proj"]}
            """
        );
    }

    private static MemoryView Numbers(Shape shape, Random random)
    {
        byte[] bytes = new byte[shape.ElementCount * 2];
        for (int i = 0; i < bytes.Length; i += 2)
        {
            bytes[i] = (byte)random.Next(256);
            bytes[i + 1] = (byte)(0x3D + (random.Next(2) * 0x80)); // about 0.05, of either sign
        }

        return new(DType.BF16, shape, bytes);
    }

    private static void AssertMerged(AdapterSample sample, string module, bool isInputFirst)
    {
        using HfFolder before = HfFolder.Open(sample["base"]);
        using HfFolder after = HfFolder.Open(sample["merged"]);
        using SafetensorsFile adapter = SafetensorsFile.Open(Path.Combine(sample["peft"], "adapter_model.safetensors"));
        string name = string.Format(null, module, 1) + ".down_proj";
        Shape shape = before.Find(name)!.Shape;
        double[] weight = Doubles(before.Find(name)!);
        double[] found = Doubles(after.Find(name)!);
        double[] a = Doubles(adapter.Find($"base_model.model.{name[..^10]}.lora_A.weight")!);
        double[] b = Doubles(adapter.Find($"base_model.model.{name[..^10]}.lora_B.weight")!);
        (long experts, long outputs, long inputs) = isInputFirst
            ? (shape[0], shape[2], shape[1])
            : (shape[0], shape[1], shape[2]);
        for (long i = 0; i < weight.Length; i++)
        {
            (long expert, long rest) = Math.DivRem(i, outputs * inputs);
            (long row, long column) = Math.DivRem(rest, shape[2]);
            (long output, long input) = isInputFirst ? (column, row) : (row, column);
            double sum = 0;
            for (int k = 0; k < 2; k++)
            {
                sum += b[(output * 2 * experts) + (k * experts) + expert] * a[(((expert * 2) + k) * inputs) + input];
            }

            Assert.InRange(found[i], weight[i] + (1.5 * sum) - 0.002, weight[i] + (1.5 * sum) + 0.002);
        }

        Assert.NotEqual(weight, found);
    }

    private static double[] Doubles(TensorView view)
    {
        byte[] bytes = view.CastTo(DType.F64).ToArray();
        double[] numbers = new double[bytes.Length / sizeof(double)];
        Buffer.BlockCopy(bytes, 0, numbers, 0, bytes.Length);
        return numbers;
    }
}
