using System.Text.Json;
using System.Text.Json.Nodes;
using MegatronBridge.Cli;
using MegatronBridge.Tests.Bridge.Adapters;

namespace MegatronBridge.Tests.Cli.Verbs;

public sealed class GenerateVerbTests : IDisposable
{
    private static readonly string Sample = Path.Combine(AppContext.BaseDirectory, "samples", "tiny-llama");
    private readonly string _folder = Directory.CreateTempSubdirectory("megatron-bridge-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Text_is_continued_as_transformers_does_from_every_format_and_in_any_layout()
    {
        JsonNode greedy = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Sample, "greedy.json")))![0]!;
        string expected = greedy["text"]!.GetValue<string>()[greedy["prompt"]!.GetValue<string>().Length..];
        int count = greedy["output_ids"]!.AsArray().Count - greedy["input_ids"]!.AsArray().Count;
        await ImportAsync("dist", "--tp", "2", "--pp", "2");
        await ImportAsync("legacy", "--pp", "3", "--ckpt-format", "torch");
        foreach (
            string[] arguments in (string[][])
                [
                    [Sample],
                    [Path.Combine(_folder, "dist")],
                    [Path.Combine(_folder, "legacy"), "--tp", "2"],
                ]
        )
        {
            CommandRun run = await CommandRun.OfAsync([
                "generate",
                "--prompt",
                "Call me Ishmael.",
                "--max-new-tokens",
                $"{count}",
                "--model",
                .. arguments,
            ]);
            Assert.Equal(ExitCode.Done, run.ExitCode);
            Assert.Equal(expected + "\n", run.Out);
            Assert.Contains("9 tokens read at ", run.Error, StringComparison.Ordinal);
            Assert.Contains($"{count} tokens made at ", run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task With_an_adapter_a_model_says_what_the_merged_one_says()
    {
        using AdapterSample sample = new("llama-dora");
        string model = await sample.WriteBaseAsync();
        string merged = await sample.MergeAsync(model, sample.Megatron);
        const string Options = "--prompt-tokens 5,9,2,60 --max-new-tokens 12 --ignore-eos --json";
        Task<CommandRun> generate(string arguments) =>
            CommandRun.OfAsync($"generate --model {arguments} {Options}".Split(' '));

        CommandRun adapted = await generate($"{model} --adapter {sample.Megatron} --tp 2");
        Assert.Equal((ExitCode.Done, ""), (adapted.ExitCode, adapted.Error));
        Assert.Equal(sample.Megatron, adapted.Json.GetProperty("adapter").GetString());
        Assert.Equal(Tokens(await generate(merged)), Tokens(adapted));
        Assert.NotEqual(Tokens(await generate(model)), Tokens(adapted));
        Assert.Equal(ExitCode.BadInput, (await generate($"{model} --adapter {model}")).ExitCode);

        static string Tokens(CommandRun run) => run.Json.GetProperty("results")[0].GetProperty("tokens").GetRawText();
    }

    [Theory]
    [InlineData("float32", 4)]
    [InlineData("float16", 2)]
    public async Task Keys_and_values_are_kept_in_the_type_that_was_asked_for(string type, int bytes)
    {
        CommandRun run = await CommandRun.OfAsync(
            "generate",
            "--model",
            Sample,
            "--prompt",
            "The white whale",
            "--max-new-tokens",
            "2",
            "--cache-dtype",
            type,
            "--json"
        );
        Assert.Equal((ExitCode.Done, ""), (run.ExitCode, run.Error));
        JsonNode config = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Sample, "config.json")))!;
        int layers = config["num_hidden_layers"]!.GetValue<int>();
        int channels = config["num_key_value_heads"]!.GetValue<int>() * config["head_dim"]!.GetValue<int>();
        const int page = 128; // tokens that there is room for
        Assert.Equal(
            2L * layers * channels * page * bytes,
            run.Json.GetProperty("results")[0].GetProperty("cache_bytes").GetInt64()
        );
    }

    [Fact]
    public async Task A_type_that_keys_are_not_kept_in_is_refused()
    {
        CommandRun run = await CommandRun.OfAsync("generate", "--model", Sample, "--cache-dtype", "int8");
        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains("--cache-dtype takes one of bfloat16, float16, float32", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_tells_tokens_and_text_of_each_prompt()
    {
        CommandRun run = await CommandRun.OfAsync(
            "generate",
            "--model",
            Sample,
            "--prompt",
            "The white whale",
            "--prompt-tokens",
            "0,36,606",
            "--max-new-tokens",
            "3",
            "--json"
        );
        Assert.Equal((ExitCode.Done, ""), (run.ExitCode, run.Error));
        JsonElement results = run.Json.GetProperty("results");
        Assert.Equal(2, results.GetArrayLength());
        Assert.Equal(JsonValueKind.Null, results[0].GetProperty("prompt").ValueKind);
        Assert.Equal(", the whale"[..5], results[1].GetProperty("text").GetString()![..5]);
        Assert.All(results.EnumerateArray(), result => Assert.Equal(3, result.GetProperty("tokens").GetArrayLength()));
    }

    [Fact]
    public async Task A_stop_text_is_not_written()
    {
        CommandRun run = await CommandRun.OfAsync(
            "generate",
            "--model",
            Sample,
            "--prompt",
            "Call me Ishmael.",
            "--stop",
            "I'm"
        );
        Assert.Equal(" Well, then, \n", run.Out);
    }

    [Theory]
    [InlineData("Which text shall the model continue?", "--model", "x")]
    [InlineData("--system is for conversations", "--model", "x", "--prompt", "p", "--system", "s")]
    [InlineData("--top-p takes a number above 0 and up to 1", "--model", "x", "--prompt", "p", "--top-p", "2")]
    [InlineData("--seed takes a whole number", "--model", "x", "--prompt", "p", "--seed", "much")]
    [InlineData("--prompt-tokens takes whole numbers of 0 or more", "--model", "x", "--prompt-tokens", "1,b")]
    public async Task Wrong_arguments_are_told(string message, params string[] arguments)
    {
        CommandRun run = await CommandRun.OfAsync(["generate", .. arguments]);
        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_model_does_not_have_is_told()
    {
        CommandRun chat = await CommandRun.OfAsync("generate", "--model", Sample, "--prompt", "Hello", "--chat");
        Assert.Equal(ExitCode.BadInput, chat.ExitCode);
        Assert.Contains("no chat template", chat.Error, StringComparison.Ordinal);
        CommandRun token = await CommandRun.OfAsync("generate", "--model", Sample, "--prompt-tokens", "5,9999");
        Assert.Equal(ExitCode.BadInput, token.ExitCode);
        Assert.Contains("Token 9999 is not of the vocabulary", token.Error, StringComparison.Ordinal);
        CommandRun layout = await CommandRun.OfAsync("generate", "--model", Sample, "--prompt", "Hi", "--pp", "4");
        Assert.Equal(ExitCode.BadInput, layout.ExitCode);
    }

    private Task ImportAsync(string name, params string[] arguments) =>
        CommandRun.DoneAsync([
            "import",
            "--hf-model",
            Sample,
            "--megatron-path",
            Path.Combine(_folder, name),
            .. arguments,
        ]);
}
