using System.Text.Json;
using MegatronBridge.Cli;
using MegatronBridge.Tests.Bridge.Tools;
using MegatronBridge.Tests.Storage.Files;

namespace MegatronBridge.Tests.Cli.Verbs;

public sealed class RepairEmbeddingsVerbTests
{
    private const string Input = "model.embed_tokens.weight";
    private const int RowBytes = 64 * 2;

    [Fact]
    public async Task Weak_rows_are_reported_with_their_tokens_and_repaired_in_a_copy()
    {
        using TemporaryFolder folder = new();
        await MakeAsync(folder["hf"]);
        await File.WriteAllTextAsync(
            folder["hf/tokenizer.json"],
            """
            { "version": "1.0", "added_tokens": [{ "id": 3, "content": "<|reserved_3|>", "special": true, "normalized": false,
              "lstrip": false, "rstrip": false, "single_word": false }],
              "model": { "type": "BPE", "vocab": { "a": 0, "b": 1, "c": 2 }, "merges": [] } }
            """
        );

        CommandRun report = await CommandRun.DoneAsync("repair-embeddings", "--model", folder["hf"]);
        Assert.Contains($"{Input}: 2 of ", report.Out, StringComparison.Ordinal);
        Assert.Contains("<|reserved_3|>", report.Out, StringComparison.Ordinal);
        Assert.Contains("(none)", report.Out, StringComparison.Ordinal);

        string[] command = ["repair-embeddings", "--model", folder["hf"], "--out", folder["out"]];
        CommandRun dry = await CommandRun.DoneAsync([.. command, "--dry-run", "--json"]);
        Assert.True(dry.Json.GetProperty("dry_run").GetBoolean());
        Assert.Equal($"Rewritten rows of {Input} (2): 3, 40", dry.Json.GetProperty("notes")[0].GetString());
        Assert.False(Directory.Exists(folder["out"]));
        CommandRun run = await CommandRun.DoneAsync([.. command, "--json"]);
        JsonElement matrix = run.Json.GetProperty("matrices")[0];
        Assert.Equal("other", run.Json.GetProperty("rows").GetString());
        Assert.Equal([3, 40], matrix.GetProperty("rewritten").EnumerateArray().Select(row => row.GetInt32()));
        Assert.Equal("<|reserved_3|>", matrix.GetProperty("weak")[0].GetProperty("text").GetString());
        Assert.Equal(JsonValueKind.Null, matrix.GetProperty("weak")[1].GetProperty("text").ValueKind);
        Assert.True(File.Exists(folder["out/tokenizer.json"]));

        await CommandRun.DoneAsync("import", "--hf-model", folder["hf"], "--megatron-path", folder["m"]);
        await CommandRun.DoneAsync("repair-embeddings", "--model", folder["m"], "--out", folder["m2"]);
        await CommandRun.DoneAsync("compare", folder["out"], folder["m2"]);
        CommandRun healthy = await CommandRun.DoneAsync("repair-embeddings", "--model", folder["m2"], "--json");
        Assert.Equal(0, healthy.Json.GetProperty("matrices")[0].GetProperty("weak").GetArrayLength());
    }

    [Theory]
    [InlineData(2, "--rows takes one of other, mean, noise, not \"none\"", "--rows", "none")]
    [InlineData(2, "--repair takes one of input, head, both", "--repair", "all")]
    [InlineData(2, "--threshold takes a number above 0", "--threshold", "-1")]
    [InlineData(2, "whole numbers of 0 or more between commas", "--tokens", "1,x")]
    [InlineData(2, "--seed takes a whole number of 0 or more", "--seed", "-1")]
    [InlineData(3, "Token 99999 is not of the vocabulary", "--tokens", "99999")]
    [InlineData(3, "2 rows would be rewritten", "--max-rows", "1")]
    public async Task Wrong_arguments_are_refused(int code, string message, params string[] options)
    {
        using TemporaryFolder folder = new();
        await MakeAsync(folder["hf"]);
        CommandRun run = await CommandRun.OfAsync([
            "repair-embeddings",
            "--model",
            folder["hf"],
            "--out",
            folder["out"],
            .. options,
        ]);
        Assert.Equal(code, (int)run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["out"]));
    }

    [Fact]
    public async Task How_to_repair_is_said_only_with_a_place_for_the_copy()
    {
        CommandRun run = await CommandRun.OfAsync("repair-embeddings", "--model", "x", "--rows", "mean", "--seed", "0");
        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains("--rows, --seed say how to repair", run.Error, StringComparison.Ordinal);
    }

    private static async Task MakeAsync(string hf)
    {
        await CommandRun.DoneAsync(
            "toy",
            "--architecture",
            "LlamaForCausalLM",
            "--seed",
            "0",
            "--set",
            "tie_word_embeddings=false",
            "--hf-path",
            hf
        );
        PatchedWeights.Write(hf, Input, 3 * RowBytes, new byte[RowBytes]);
        PatchedWeights.Write(hf, Input, 40 * RowBytes, new byte[RowBytes]);
    }
}
