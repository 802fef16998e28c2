using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Layout;
using MegatronBridge.Storage;
using MegatronBridge.Storage.HuggingFace;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Storage.Files;
using MegatronBridge.Tools;

namespace MegatronBridge.Tests.Bridge.Tools;

public sealed class EmbeddingRepairTests
{
    private const string Input = "model.embed_tokens.weight";
    private const string Head = "lm_head.weight";
    private const int Width = 64;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Weak_rows_get_the_direction_that_the_head_has_and_the_norm_of_the_others()
    {
        using TemporaryFolder folder = new();
        await MakeAsync(folder["hf"]);
        Zero(folder["hf"], Input, 3, 7);
        Zero(folder["hf"], Head, 9);

        EmbeddingReport report = await RepairAsync(new() { Model = folder["hf"], Output = folder["out"] });

        Assert.False(report.IsTied);
        Assert.Equal([new(3, 0d), new(7, 0d)], report.Matrices[0].Weak);
        Assert.Equal([new(9, 0d)], report.Matrices[1].Weak);
        Assert.Equal([3, 7], report.Matrices[0].Rewritten);
        Assert.Empty(report.Matrices[1].Rewritten);
        float[][] before = Rows(folder["hf"], Input);
        float[][] after = Rows(folder["out"], Input);
        float[][] head = Rows(folder["hf"], Head);
        double norm = Math.Sqrt(before.Where((_, row) => row is not (3 or 7)).Average(Square));
        Assert.Equal(norm, report.Matrices[0].HealthyNorm, 6);
        for (int row = 0; row < before.Length; row++)
        {
            if (row is not (3 or 7))
            {
                Assert.Equal(before[row], after[row]);
                continue;
            }

            double scale = norm / Math.Sqrt(Square(head[row]));
            for (int i = 0; i < Width; i++)
            {
                Assert.Equal(head[row][i] * scale, after[row][i], Math.Abs(head[row][i] * scale) / 200); // bfloat16
            }
        }

        Assert.Equal(Rows(folder["hf"], Head), Rows(folder["out"], Head));
        Assert.Equal(
            await File.ReadAllTextAsync(folder["hf/config.json"]),
            await File.ReadAllTextAsync(folder["out/config.json"])
        );
        Assert.Empty((await RepairAsync(new() { Model = folder["out"] })).Matrices[0].Weak);
    }

    [Fact]
    public async Task Mean_and_noise_and_chosen_tokens_and_the_head()
    {
        using TemporaryFolder folder = new();
        await MakeAsync(folder["hf"]);
        Zero(folder["hf"], Head, 9, 10);
        EmbeddingRepairOptions options = new()
        {
            Model = folder["hf"],
            Output = folder["mean"],
            Repair = EmbeddingChoice.Head,
            Rows = RowReplacement.Mean,
        };

        await RepairAsync(options);
        float[][] head = Rows(folder["hf"], Head);
        float[][] mean = Rows(folder["mean"], Head);
        Assert.Equal(mean[9], mean[10]);
        for (int i = 0; i < Width; i++)
        {
            double expected = head.Where((_, row) => row is not (9 or 10)).Average(row => (double)row[i]);
            Assert.Equal(expected, mean[9][i], Math.Abs(expected) / 200);
        }

        options = options with { Output = folder["noise"], Rows = RowReplacement.Noise, Tokens = [10, 4], Seed = 0 };
        EmbeddingReport noise = await RepairAsync(options);
        Assert.Equal([4, 10], noise.Matrices[1].Rewritten);
        float[][] random = Rows(folder["noise"], Head);
        Assert.Equal(0, Square(random[9]));
        Assert.Equal(noise.Matrices[1].HealthyNorm, Math.Sqrt(Square(random[4])), noise.Matrices[1].HealthyNorm / 200);
        Assert.NotEqual(random[4], random[10]);

        await RepairAsync(options with { Output = folder["only"], Tokens = [10] });
        Assert.All(
            random[10].Zip(Rows(folder["only"], Head)[10]), // whichever others are drawn; the norm is nearly the same
            pair => Assert.Equal(pair.First, pair.Second, Math.Abs(pair.First) / 50)
        );
        await RepairAsync(options with { Output = folder["seed"], Seed = 1 });
        Assert.NotEqual(random[10], Rows(folder["seed"], Head)[10]);
    }

    [Theory]
    [InlineData(CheckpointFormat.TorchDist)]
    [InlineData(CheckpointFormat.Torch)]
    public async Task A_checkpoint_is_repaired_as_its_model_is_and_its_padding_stays(CheckpointFormat format)
    {
        using TemporaryFolder folder = new();
        await MakeAsync(folder["hf"], new KeyValuePair<string, string>("vocab_size", "99"));
        Zero(folder["hf"], Input, 3, 98);
        using (
            Importer importer = Importer.Open(
                new()
                {
                    HfModel = folder["hf"],
                    MegatronPath = folder["m"],
                    Format = format,
                    Sizes = ParallelSizes.One with { Tp = 2 },
                    Settings = [new("should_pad_vocab", "true"), new("make_vocab_size_divisible_by", "16")],
                }
            )
        )
        {
            await importer.RunAsync(cancellation: Cancellation);
        }

        await RepairAsync(new() { Model = folder["hf"], Output = folder["hf2"] });
        EmbeddingReport report = await RepairAsync(new() { Model = folder["m"], Output = folder["m2"] });

        Assert.Equal((99, 29), (report.Matrices[0].Rows, report.Matrices[0].PaddingRows));
        Assert.Equal([3, 98], report.Matrices[0].Weak.Select(row => row.Key));
        using Exporter exporter = Exporter.Open(new() { MegatronPath = folder["m2"], HfPath = folder["again"] });
        await exporter.RunAsync(cancellation: Cancellation);
        Assert.Equal(Rows(folder["hf2"], Input), Rows(folder["again"], Input));
        using MegatronCheckpoint made = MegatronCheckpoint.Open(folder["m2"]);
        byte[] whole = made.Find("embedding.word_embeddings.weight")!.ToArray();
        Assert.All(whole[(99 * Width * 2)..], value => Assert.Equal(0, value));
    }

    [Fact]
    public async Task A_tied_head_stays_tied_even_where_the_file_has_it_twice()
    {
        using TemporaryFolder folder = new();
        await MakeAsync(folder["hf"], new KeyValuePair<string, string>("tie_word_embeddings", "true"));
        Zero(folder["hf"], Input, 5);
        await StoreTwiceAsync(folder["hf"]);
        InvalidConfigException other = Assert.Throws<InvalidConfigException>(() =>
            EmbeddingRepair.Open(
                new()
                {
                    Model = folder["hf"],
                    Output = folder["out"],
                    Rows = RowReplacement.Other,
                }
            )
        );
        Assert.Contains("the head is tied", other.Message, StringComparison.Ordinal);

        EmbeddingReport report = await RepairAsync(new() { Model = folder["hf"], Output = folder["out"] });

        Assert.True(report.IsTied);
        Assert.Equal(RowReplacement.Mean, report.Rows);
        Assert.NotEqual(0, Square(Rows(folder["out"], Input)[5]));
        Assert.Equal(Rows(folder["out"], Input), Rows(folder["out"], Head));

        Zero(folder["hf"], Head, 6);
        await Assert.ThrowsAsync<MappingException>(() =>
            RepairAsync(new() { Model = folder["hf"], Output = folder["other"] })
        );
    }

    [Fact]
    public async Task What_cannot_be_repaired_so_is_refused_with_all_reasons()
    {
        using TemporaryFolder folder = new();
        await MakeAsync(folder["hf"]);
        Zero(folder["hf"], Input, 1, 2, 3);
        Zero(folder["hf"], Head, 2, 3);
        PatchedWeights.Write(folder["hf"], Input, 20 * Width * 2, 0xc0, 0x7f);
        EmbeddingRepairOptions options = new() { Model = folder["hf"], Output = folder["out"] };

        MappingException both = await Assert.ThrowsAsync<MappingException>(() => RepairAsync(options));
        Assert.Contains("rows 2, 3: lm_head.weight is weak there, too", both.Message, StringComparison.Ordinal);
        MappingException many = await Assert.ThrowsAsync<MappingException>(() =>
            RepairAsync(options with { MaxRows = 3 })
        );
        Assert.Contains("4 rows would be rewritten", many.Message, StringComparison.Ordinal);
        InvalidConfigException unknown = Assert.Throws<InvalidConfigException>(() =>
            EmbeddingRepair.Open(options with { Tokens = [0, 1_000_000] })
        );
        Assert.Contains("Token 1000000", unknown.Message, StringComparison.Ordinal);
        MappingException none = await Assert.ThrowsAsync<MappingException>(() =>
            RepairAsync(options with { Threshold = 1e9, MaxRows = 10_000, Rows = RowReplacement.Noise })
        );
        Assert.Contains("no healthy row", none.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["out"]));
        EmbeddingReport report = await RepairAsync(options with { Rows = RowReplacement.Noise });
        Assert.Equal([1, 2, 3, 20], report.Matrices[0].Rewritten);
        Assert.True(double.IsNaN(report.Matrices[0].Weak[3].Value));
    }

    [Fact]
    public async Task A_damaged_model_is_refused()
    {
        using TemporaryFolder folder = new();
        await MakeAsync(folder["hf"]);
        byte[] weights = await File.ReadAllBytesAsync(folder["hf/model.safetensors"], Cancellation);
        Random random = new(6);
        for (int i = 0; i < 60; i++)
        {
            byte[] damaged = [.. weights];
            damaged[random.Next(3000)] ^= (byte)(1 << random.Next(8));
            await File.WriteAllBytesAsync(folder["hf/model.safetensors"], damaged, Cancellation);
            try
            {
                await RepairAsync(new() { Model = folder["hf"] });
            }
            catch (Exception e) when (e is BadFileException or MappingException or UnsupportedModelException) { }
        }

        using ModelRewrite flux = RandomModelTests.Open("FluxTransformer2DModel", 3, folder["flux"]);
        await flux.RunAsync(cancellation: Cancellation);
        Assert.Throws<UnsupportedModelException>(() => EmbeddingRepair.Open(new() { Model = folder["flux"] }));
    }

    private static async Task MakeAsync(string path, params KeyValuePair<string, string>[] settings)
    {
        KeyValuePair<string, string>[] untied = [new("tie_word_embeddings", "false"), .. settings];
        using ModelRewrite toy = RandomModelTests.Open("LlamaForCausalLM", 11, path, untied);
        await toy.RunAsync(cancellation: Cancellation);
    }

    private static void Zero(string hf, string tensor, params int[] rows)
    {
        foreach (int row in rows)
        {
            PatchedWeights.Write(hf, tensor, row * Width * 2, new byte[Width * 2]);
        }
    }

    /// <summary>Adds the head that is tied as a tensor of its own.</summary>
    private static async Task StoreTwiceAsync(string hf)
    {
        Dictionary<string, TensorView> tensors;
        using (HfFolder folder = HfFolder.Open(hf))
        {
            tensors = folder.Weights.Tensors.ToDictionary(
                tensor => tensor.Key,
                tensor => (TensorView)new MemoryView(tensor.Value.DType, tensor.Value.Shape, tensor.Value.ToArray())
            );
        }

        tensors.Add(Head, tensors[Input]);
        await PatchedWeights.SaveAsync(hf, tensors);
    }

    private static double Square(float[] row) => row.Sum(number => (double)number * number);

    private static float[][] Rows(string hf, string tensor)
    {
        using HfFolder folder = HfFolder.Open(hf);
        byte[] bytes = folder.Find(tensor)!.ToArray();
        return
        [
            .. Enumerable
                .Range(0, bytes.Length / 2)
                .Select(i => BitConverter.UInt32BitsToSingle((uint)BitConverter.ToUInt16(bytes, 2 * i) << 16))
                .Chunk(Width),
        ];
    }

    private static async Task<EmbeddingReport> RepairAsync(EmbeddingRepairOptions options)
    {
        using EmbeddingRepair repair = EmbeddingRepair.Open(options);
        EmbeddingReport plan = await repair.PlanAsync(cancellation: Cancellation);
        return options.Output is null ? plan : await repair.RunAsync(plan, cancellation: Cancellation);
    }
}
