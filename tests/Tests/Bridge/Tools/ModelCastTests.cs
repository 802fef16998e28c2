using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Layout;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.HuggingFace;
using MegatronBridge.Storage.Statistics;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Storage.Files;
using MegatronBridge.Tools;

namespace MegatronBridge.Tests.Bridge.Tools;

public sealed class ModelCastTests
{
    private const string Embedding = "model.embed_tokens.weight";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("LlamaForCausalLM", DType.F32)]
    [InlineData("LlamaForCausalLM", DType.F16)]
    [InlineData("DeepseekV3ForCausalLM", DType.F16)]
    [InlineData("Qwen3VLForConditionalGeneration", DType.F32)]
    [InlineData("FluxTransformer2DModel", DType.F16)]
    public async Task All_numbers_are_rounded_as_the_machine_rounds_them(string architecture, DType dtype)
    {
        using TemporaryFolder folder = new();
        await MakeAsync(architecture, folder["hf"]);

        CastReport report = await CastAsync(folder["hf"], folder["cast"], dtype);

        using HfFolder before = HfFolder.Open(folder["hf"]);
        using HfFolder after = HfFolder.Open(folder["cast"]);
        Assert.Equal(before.Names, after.Names);
        HashSet<string> kept = [.. report.Kept.Select(tensor => tensor.Name)];
        foreach (string name in before.Names)
        {
            (TensorView from, TensorView to) = (before.Find(name)!, after.Find(name)!);
            if (kept.Contains(name) || from.DType == dtype)
            {
                Assert.Equal(from.DType, to.DType);
                Assert.Equal(from.ToArray(), to.ToArray());
            }
            else
            {
                Assert.Equal(dtype, to.DType);
                Assert.Equal(Rounded(from, dtype), to.ToArray());
            }
        }

        Assert.Equal(architecture == "DeepseekV3ForCausalLM" ? 1 : 0, kept.Count);
        if (architecture != "FluxTransformer2DModel")
        {
            HfConfig config = HfConfig.Load(after.PathOf(HfFolder.ConfigName));
            Assert.Equal(dtype.TorchName(), config.TextOrNull("dtype") ?? config.TextConfig.TextOrNull("dtype"));
        }
    }

    [Theory]
    [InlineData("DeepseekV4ForCausalLM")]
    [InlineData("Qwen3OmniMoeForConditionalGeneration")]
    [InlineData("NemotronHForCausalLM")]
    [InlineData("KimiVLForConditionalGeneration")]
    [InlineData("KimiK3ForConditionalGeneration")]
    [InlineData("GptOssForCausalLM")]
    [InlineData("Qwen3NextForCausalLM")]
    [InlineData("Step3p7ForConditionalGeneration")]
    [InlineData("Gemma4ForConditionalGeneration")]
    [InlineData("Qwen2_5OmniForConditionalGeneration")]
    [InlineData("FalconH1ForCausalLM")]
    [InlineData("NemotronLabsDiffusionModel")]
    public async Task A_cast_checkpoint_of_any_model_is_that_of_the_cast_model(string architecture)
    {
        using TemporaryFolder folder = new();
        await MakeAsync(architecture, folder["hf"]);
        await ImportAsync(folder["hf"], folder["m"], CheckpointFormat.TorchDist, ParallelSizes.One);
        await CastAsync(folder["hf"], folder["hf16"], DType.F16, allowOverflow: true);
        await ImportAsync(folder["hf16"], folder["expected"], CheckpointFormat.TorchDist, ParallelSizes.One);

        await CastAsync(folder["m"], folder["m16"], DType.F16, allowOverflow: true);

        using MegatronCheckpoint expected = MegatronCheckpoint.Open(folder["expected"]);
        using MegatronCheckpoint actual = MegatronCheckpoint.Open(folder["m16"]);
        foreach (string name in expected.Names)
        {
            Assert.Equal($"{name} {expected.Find(name)}", $"{name} {actual.Find(name)}");
            Assert.Equal(expected.Find(name)!.ToArray(), actual.Find(name)!.ToArray());
        }

        // Some classes of upstream have an autocast_dtype whatever the model's, and where it came from differs.
        ModelProvider provider = expected.RecordedProvider()!;
        string[] other =
        [
            .. actual
                .RecordedProvider()!
                .Fields.Where(field => $"{provider[field.Key]}".Replace("hf16", "hf") != $"{field.Value}")
                .Select(field => field.Key),
        ];
        Assert.Empty(other.Except(["autocast_dtype"]));
    }

    [Fact]
    public async Task What_the_model_keeps_in_single_precision_stays_and_is_told()
    {
        using TemporaryFolder folder = new();
        await MakeAsync("DeepseekV3ForCausalLM", folder["hf"]);

        CastReport report = await CastAsync(folder["hf"], folder["cast"], DType.F16);

        KeptTensor bias = Assert.Single(report.Kept);
        Assert.EndsWith("e_score_correction_bias", bias.Name, StringComparison.Ordinal);
        Assert.Equal(DType.F32, bias.DType);
        Assert.Contains("whatever the type of the model", bias.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(report.Conversion.Casts, cast => cast.Name == bias.Name);
        Assert.Equal(report.Conversion.SourceTensors, report.Conversion.Casts.Count + 1);
    }

    [Theory]
    [InlineData(CheckpointFormat.TorchDist, 1, 1)]
    [InlineData(CheckpointFormat.TorchDist, 2, 2)]
    [InlineData(CheckpointFormat.Torch, 2, 1)]
    public async Task A_cast_checkpoint_is_the_checkpoint_of_the_cast_model(CheckpointFormat format, int tp, int pp)
    {
        using TemporaryFolder folder = new();
        ParallelSizes sizes = ParallelSizes.One with { Tp = tp, Pp = pp };
        await MakeAsync("DeepseekV3ForCausalLM", folder["hf"]);
        await ImportAsync(folder["hf"], folder["m"], format, sizes);
        await CastAsync(folder["hf"], folder["hf16"], DType.F16);
        await ImportAsync(folder["hf16"], folder["expected"], format, sizes);

        CastReport report = await CastAsync(folder["m"], folder["m16"], DType.F16);

        Assert.Single(report.Kept);
        using MegatronCheckpoint expected = MegatronCheckpoint.Open(folder["expected"]);
        using MegatronCheckpoint actual = MegatronCheckpoint.Open(folder["m16"]);
        Assert.Equal(expected.Names.Order(StringComparer.Ordinal), actual.Names.Order(StringComparer.Ordinal));
        Assert.All(
            expected.Names,
            name =>
            {
                (TensorView left, TensorView right) = (expected.Find(name)!, actual.Find(name)!);
                Assert.Equal((left.DType, left.Shape), (right.DType, right.Shape));
                Assert.Equal(left.ToArray(), right.ToArray());
            }
        );
        ModelProvider provider = actual.RecordedProvider()!;
        Assert.Equal((DType.F16, true, false), (provider.ParamsDtype, provider.Fp16, provider.Bf16));
        Assert.Equal((DType.F16, DType.F16), (provider.PipelineDtype, provider.AutocastDtype));
        Assert.Equal(sizes, actual.RecordedSizes());
        Assert.Equal(expected.Arguments?["params_dtype"], actual.Arguments?["params_dtype"]);
    }

    [Fact]
    public async Task Numbers_that_are_too_large_are_counted_and_refused_unless_they_are_allowed()
    {
        using TemporaryFolder folder = new();
        await MakeAsync("LlamaForCausalLM", folder["hf"]);
        PatchedWeights.Write(folder["hf"], Embedding, 0, 0x49, 0x71, 0xc0, 0x7f, 0x49, 0x0d, 0x80, 0xff, 0x80, 0xc7);

        MappingException refused = await Assert.ThrowsAsync<MappingException>(() =>
            CastAsync(folder["hf"], folder["cast"], DType.F16)
        );
        Assert.Contains("--allow-overflow", refused.Message, StringComparison.Ordinal);
        Assert.Equal([$"{Embedding}: 2 of its numbers"], refused.Faults);
        Assert.Equal(["hf"], folder.Entries.Select(entry => entry.Split('/')[0]).Distinct());

        CastReport report = await CastAsync(folder["hf"], folder["cast"], DType.F16, allowOverflow: true);
        CastCount count = report.Count!.Value;
        Assert.Equal((2, 1, 1), (count.Overflowed, count.NanCount, count.InfinityCount));
        Assert.InRange(count.Vanished, 1, 5); // random weights may be as small
        Assert.Equal([new(Embedding, 2L)], report.Overflows);
        using HfFolder after = HfFolder.Open(folder["cast"]);
        byte[] first = after.Find(Embedding)!.ToArray()[..10];
        Assert.Equal([0x00, 0x7c, 0x00, 0x7e, 0x00, 0x00, 0x00, 0xfc, 0x00, 0xfc], first);
    }

    [Fact]
    public async Task Tensors_can_be_kept_by_name_and_a_pattern_that_means_none_is_refused()
    {
        using TemporaryFolder folder = new();
        await MakeAsync("LlamaForCausalLM", folder["hf"]);
        CastReport report = await CastAsync(folder["hf"], folder["cast"], DType.F32, "*norm.weight");
        Assert.All(report.Kept, kept => Assert.Equal(DType.BF16, kept.DType));
        Assert.Equal(9, report.Kept.Count);
        await Assert.ThrowsAsync<InvalidConfigException>(() =>
            CastAsync(folder["hf"], folder["other"], DType.F32, "*nrom*")
        );

        await ImportAsync(folder["hf"], folder["m"], CheckpointFormat.TorchDist, ParallelSizes.One);
        await CastAsync(folder["m"], folder["m32"], DType.F32, "*layernorm*");
        MappingException mixed = await Assert.ThrowsAsync<MappingException>(() =>
            CastAsync(folder["m"], folder["other"], DType.F32, "decoder.layers.0.mlp.linear_fc2.weight")
        );
        Assert.Contains("for several layers", mixed.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["other"]));
    }

    [Theory]
    [InlineData("fp32", "float32", "float32")]
    [InlineData("float16", "torch.float16", "bfloat16")]
    public void A_config_tells_the_type_wherever_it_tells_one(string old, string inner, string tower)
    {
        HfConfig config = HfConfig.Parse(
            System.Text.Encoding.UTF8.GetBytes(
                $$"""{"torch_dtype": "{{old}}", "text_config": {"dtype": "{{inner}}", "mamba_ssm_dtype": "float32"}, "vision_config": {"torch_dtype": "{{tower}}"} }"""
            )
        );

        HfConfig set = ConfigElementType.Set(config, DType.BF16);

        Assert.Equal(
            """{"torch_dtype":"bfloat16","text_config":{"dtype":"bfloat16","mamba_ssm_dtype":"float32"},"vision_config":{"torch_dtype":"bfloat16"}}""",
            set.Json.ToJsonString()
        );
        Assert.Equal("float32", ConfigElementType.Set(HfConfig.Parse("{}"u8.ToArray()), DType.F32).Text("torch_dtype"));
    }

    [Fact]
    public async Task A_damaged_model_is_refused_and_leaves_nothing()
    {
        using TemporaryFolder folder = new();
        await MakeAsync("LlamaForCausalLM", folder["hf"]);
        byte[] weights = await File.ReadAllBytesAsync(folder["hf/model.safetensors"], Cancellation);
        Random random = new(5);
        for (int i = 0; i < 60; i++)
        {
            byte[] damaged = [.. weights[..random.Next(weights.Length)]];
            if (i % 2 == 0)
            {
                damaged = [.. weights];
                damaged[random.Next(2000)] ^= (byte)(1 << random.Next(8));
            }

            await File.WriteAllBytesAsync(folder["hf/model.safetensors"], damaged, Cancellation);
            try
            {
                await CastAsync(folder["hf"], folder["cast"], DType.F16);
                Directory.Delete(folder["cast"], recursive: true);
            }
            catch (Exception e) when (e is BadFileException or MappingException or UnsupportedModelException)
            {
                Assert.False(Directory.Exists(folder["cast"]), e.Message);
            }
        }
    }

    [Fact]
    public async Task A_cast_that_is_stopped_half_way_leaves_nothing()
    {
        using TemporaryFolder folder = new();
        await MakeAsync("LlamaForCausalLM", folder["hf"]);
        await ImportAsync(folder["hf"], folder["m"], CheckpointFormat.TorchDist, ParallelSizes.One);
        foreach (string model in (string[])["hf", "m"])
        {
            using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            Stopper stopper = new(stop);
            ModelCastOptions options = new()
            {
                Model = folder[model],
                Output = folder["cast"],
                DType = DType.F32,
                Transfer = new() { Workers = 1, MaxMemoryBytes = 1 << 20 },
            };
            using ModelCast cast = ModelCast.Open(options);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cast.RunAsync(stopper, stop.Token));
            Assert.True(stopper.DoneBytes > 0);
            Assert.Equal(
                ["hf", "m"],
                folder.Entries.Select(entry => entry.Split('/')[0]).Distinct().Order(StringComparer.Ordinal)
            );
        }
    }

    private static async Task MakeAsync(string architecture, string path)
    {
        using ModelRewrite toy = RandomModelTests.Open(architecture, 11, path);
        await toy.RunAsync(cancellation: Cancellation);
    }

    private static async Task ImportAsync(string hf, string path, CheckpointFormat format, ParallelSizes sizes)
    {
        using Importer importer = Importer.Open(
            new()
            {
                HfModel = hf,
                MegatronPath = path,
                Format = format,
                Sizes = sizes,
                Settings = [new("should_pad_vocab", "true")],
            }
        );
        await importer.RunAsync(cancellation: Cancellation);
    }

    private static async Task<CastReport> CastAsync(
        string from,
        string to,
        DType dtype,
        string? keep = null,
        bool allowOverflow = false
    )
    {
        using ModelCast cast = ModelCast.Open(
            new()
            {
                Model = from,
                Output = to,
                DType = dtype,
                Keep = keep is null ? [] : [keep],
                AllowOverflow = allowOverflow,
            }
        );
        return await cast.RunAsync(cancellation: Cancellation);
    }

    /// <summary>What .NET's own conversions make of each number.</summary>
    private static byte[] Rounded(TensorView from, DType to)
    {
        byte[] bytes = from.ToArray();
        List<byte> result = [];
        for (int i = 0; i < bytes.Length; i += from.DType.BitCount() / 8)
        {
            float number = from.DType switch
            {
                DType.BF16 => BitConverter.UInt32BitsToSingle((uint)BitConverter.ToUInt16(bytes, i) << 16),
                DType.F16 => (float)BitConverter.ToHalf(bytes, i),
                _ => BitConverter.ToSingle(bytes, i),
            };
            result.AddRange(to == DType.F16 ? BitConverter.GetBytes((Half)number) : BitConverter.GetBytes(number));
        }

        return [.. result];
    }

    /// <summary>Stops the work when the first bytes are done.</summary>
    private sealed class Stopper(CancellationTokenSource source) : IProgress<TransferProgress>
    {
        public long DoneBytes { get; private set; }

        public void Report(TransferProgress value)
        {
            DoneBytes = value.DoneBytes;
            source.Cancel();
        }
    }
}
