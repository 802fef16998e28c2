using System.Text.Json;
using MegatronBridge.Storage.Checkpoints;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Conformance;

/// <summary>The real torch loads what we write in Megatron-LM's older format, and saves it again as it was.</summary>
public sealed class LegacyTorchTests(Python python) : IDisposable
{
    private const string Experts =
        "\"num_experts\": 8, \"num_experts_per_tok\": 3, \"moe_intermediate_size\": 24, \"head_dim\": 16";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("llama", "\"tie_word_embeddings\": true", "", 1)]
    [InlineData("qwen3", "\"head_dim\": 32", "--tp 4 --pp 2 --vp 2", 2)]
    [InlineData("qwen3_moe", Experts, "--tp 2 --ep 2 --etp 1 --pp 2", 1)]
    public async Task Every_rank_is_loaded_without_trust_and_saved_again_byte_for_byte(
        string type,
        string fields,
        string layout,
        int vp
    )
    {
        string source = _folder.File("source");
        string megatron = _folder.File("megatron");
        string exported = _folder.File("exported");
        python.Call("hf_models", "make", source, ConversionTests.Config(type, fields), "bfloat16", "60KB");
        string[] sizes = layout.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Command.Run(["import", "--hf-model", source, "--megatron-path", megatron, "--ckpt-format", "torch", .. sizes]);
        string iteration = Path.Combine(megatron, "iter_0000000");
        using LegacyTorchCheckpoint checkpoint = LegacyTorchCheckpoint.Open(iteration);
        string theirs = Path.Combine(Directory.CreateDirectory(_folder.File("theirs")).FullName, "model_optim_rng.pt");
        foreach (LegacyRank rank in checkpoint.Ranks)
        {
            string ours = Path.Combine(iteration, rank.Name, LegacyTorchCheckpoint.FileName);
            JsonElement loaded = python.Call("legacy_ranks", "load", ours);
            Assert.Equal(3.0, loaded.GetProperty("version").GetDouble());
            Assert.Equal("torch.bfloat16", loaded.GetProperty("dtype").GetString());
            Assert.Equal("torch", loaded.GetProperty("args").GetProperty("ckpt_format").GetString());
            Dictionary<string, TensorView> tensors = [];
            for (int stage = 0; stage < vp; stage++)
            {
                foreach ((string name, TensorView view) in rank.Model(vp > 1 ? stage : null))
                {
                    tensors.Add($"model{(vp > 1 ? $"{stage}" : "")}.{name}", view);
                }
            }

            Description.AssertSame(loaded.GetProperty("tensors"), tensors);
            python.Call("legacy_ranks", "rewrite", ours, theirs);
            Assert.Equal(await File.ReadAllBytesAsync(theirs), await File.ReadAllBytesAsync(ours));
        }

        Command.Run("export", "--megatron-path", megatron, "--hf-path", exported);
        JsonElement same = python.Call("hf_models", "same", source, exported);
        Assert.True(same.GetProperty("weights").GetBoolean());
        Assert.True(same.GetProperty("logits").GetBoolean());
    }

    [Fact]
    public void What_is_converted_from_layout_to_layout_torch_loads_as_what_was_imported()
    {
        string source = _folder.File("source");
        python.Call("hf_models", "make", source, ConversionTests.Config("qwen3_moe", Experts), "bfloat16", "60KB");
        string whole = _folder.File("whole");
        string legacy = _folder.File("legacy");
        string again = _folder.File("again");
        Command.Run("import", "--hf-model", source, "--megatron-path", whole, "--tp", "2", "--ep", "4");
        Command.Run([
            "convert",
            "--from",
            whole,
            "--to",
            legacy,
            "--ckpt-format",
            "torch",
            "--tp",
            "4",
            "--pp",
            "2",
            "--vp",
            "2",
        ]);
        Command.Run("convert", "--from", legacy, "--to", again, "--pp", "4", "--ep", "2");
        Assert.Equal(Described(whole), Described(again));
    }

    private IEnumerable<string> Described(string checkpoint)
    {
        JsonElement loaded = python.Call("dcp", "load", Path.Combine(checkpoint, "iter_0000000"));
        return loaded
            .GetProperty("tensors")
            .EnumerateObject()
            .Select(tensor => $"{tensor.Name}: {Description.Of(tensor.Value)}")
            .Concat(
                loaded
                    .GetProperty("objects")
                    .EnumerateObject()
                    .Select(entry => entry.Name)
                    .Where(name => name.Contains("_extra_state", StringComparison.Ordinal))
            )
            .Order();
    }
}
