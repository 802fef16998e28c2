using System.Text.Json.Nodes;
using MegatronBridge.Checkpoints;
using MegatronBridge.Config;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Bridge.Checkpoints;

public sealed class ModelLoadSaveTests
{
    [Theory]
    [InlineData("fp32", DType.F32)]
    [InlineData("32-true", DType.F32)]
    [InlineData("fp16", DType.F16)]
    [InlineData("16-mixed", DType.F16)]
    [InlineData("torch.float16", DType.F16)]
    [InlineData("bf16", DType.BF16)]
    [InlineData("bf16-mixed", DType.BF16)]
    [InlineData("torch.bf16", DType.BF16)]
    [InlineData("fp8", DType.F8E4M3)]
    [InlineData("torch.float8_e5m2", DType.F8E5M2)]
    [InlineData("torch.16", DType.F32)] // only words have a longer name
    [InlineData("torch.bf16-mixed", DType.F32)]
    [InlineData("BF16", DType.F32)]
    [InlineData("", DType.F32)]
    [InlineData("int8", DType.F32)]
    public void A_name_is_a_type_as_upstream_reads_it(string name, DType dtype) =>
        Assert.Equal(dtype, ModelLoadSave.DTypeFromStr(name));

    [Fact]
    public void A_config_of_Hugging_Face_names_its_type_under_either_key()
    {
        Assert.Equal(DType.BF16, ModelLoadSave.DTypeFromHf(Config("torch_dtype", "bfloat16")));
        Assert.Equal(DType.F16, ModelLoadSave.DTypeFromHf(Config("dtype", "float16")));
        Assert.Equal(DType.F32, ModelLoadSave.DTypeFromHf(Config("torch_dtype", "float31")));
        Assert.Contains("there is no torch_dtype", Fault(Config("model_type", "llama")), StringComparison.Ordinal);
        Assert.Contains("found null", Fault(Config("torch_dtype", null)), StringComparison.Ordinal);
        Assert.Contains("found 16", Fault(Config("torch_dtype", 16)), StringComparison.Ordinal);

        static HfConfig Config(string key, JsonNode? value) => new(new JsonObject { [key] = value });
        static string Fault(HfConfig config) =>
            Assert.Throws<BadFileException>(() => ModelLoadSave.DTypeFromHf(config)).Message;
    }

    [Theory]
    [InlineData(true, true, DType.BF16)]
    [InlineData(true, false, DType.BF16)]
    [InlineData(false, true, DType.F16)]
    [InlineData(false, false, DType.F32)]
    public void The_flags_of_a_config_say_its_type(bool bf16, bool fp16, DType dtype) =>
        Assert.Equal(dtype, ModelLoadSave.TorchDTypeFromMcoreConfig(new GptModelProvider { Bf16 = bf16, Fp16 = fp16 }));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Initialisation_on_the_cpu_lasts_as_long_as_its_scope(bool before)
    {
        GptModelProvider config = new() { UseCpuInitialization = before };
        using (new MegatronCpuInitContext(config))
        {
            Assert.True(config.UseCpuInitialization);
        }

        Assert.Equal(before, config.UseCpuInitialization);
    }

    [Fact]
    public void A_temporary_context_is_one_rank_until_it_ends()
    {
        TemporaryDistributedContext context = new("nccl");
        Assert.Equal((0, 1, 1), (context.Parallel.Rank, context.Parallel.World.Size, context.Parallel.Tensor.Size));
        context.Dispose();
        Assert.Throws<ObjectDisposedException>(() => context.Parallel);
        Assert.Throws<ArgumentException>(() => new TemporaryDistributedContext("mpi"));
    }
}
