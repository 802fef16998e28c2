using MegatronBridge.Cli;

namespace MegatronBridge.Tests.Cli;

public sealed class CommandLineTests
{
    [Fact]
    public async Task The_version_is_a_result()
    {
        CommandRun run = await CommandRun.OfAsync("--version");
        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.StartsWith("megatron-bridge 0.", run.Out);
        Assert.Empty(run.Error);
        Assert.StartsWith(
            "0.",
            (await CommandRun.OfAsync("--version", "--json")).Json.GetProperty("version").GetString()
        );
    }

    [Fact]
    public async Task Help_lists_every_verb_and_each_verb_has_help_with_an_example()
    {
        CommandRun all = await CommandRun.OfAsync("--help");
        Assert.Equal(ExitCode.Done, all.ExitCode);
        foreach (string verb in new MegatronBridge.Cli.Verbs.Root().Subcommands.Select(verb => verb.Name))
        {
            Assert.Contains($"\n  {verb} ", all.Out);
            CommandRun one = await CommandRun.OfAsync(verb, "--help");
            Assert.Equal(ExitCode.Done, one.ExitCode);
            Assert.Contains($"Example:\n  megatron-bridge {verb}", one.Out);
            Assert.All(one.Out.Split('\n'), line => Assert.True(line.Length <= 100, line));
        }
    }

    [Theory]
    [InlineData("modles", "There is no verb modles. Did you mean models?")]
    [InlineData("zzzzzzzzz", "The verbs are")]
    [InlineData("--tp", "needs a verb before it")]
    public async Task An_unknown_verb_is_refused_with_what_was_meant(string arguments, string expected)
    {
        CommandRun run = await CommandRun.OfAsync(arguments.Split(' '));
        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains(expected, run.Error);
        Assert.Contains("See megatron-bridge --help.", run.Error);
        Assert.Empty(run.Out);
    }

    [Theory]
    [InlineData("models --jsn", "There is no option --jsn. Did you mean --json?")]
    [InlineData("models --device cpu", "There is no option --device here: everything runs on the CPU.")]
    [InlineData("models --zzzzzzzz=3", "There is no option --zzzzzzzz.")]
    [InlineData("models x", "Unexpected argument x.")]
    public async Task Wrong_arguments_are_refused_with_what_was_meant(string arguments, string expected)
    {
        CommandRun run = await CommandRun.OfAsync(arguments.Split(' '));
        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Equal($"megatron-bridge: {expected}\nSee megatron-bridge models --help.\n", run.Error);
    }

    [Fact]
    public async Task All_wrong_arguments_are_named_at_once()
    {
        CommandRun run = await CommandRun.OfAsync("models", "--one", "1", "--two", "x");
        Assert.Contains("--one", run.Error);
        Assert.Contains("--two", run.Error);
    }

    [Fact]
    public async Task With_json_an_error_is_the_one_document_too()
    {
        CommandRun run = await CommandRun.OfAsync("models", "--nonsense", "--json");
        Assert.Equal("wrong_usage", run.Json.GetProperty("error").GetProperty("kind").GetString());
        Assert.Equal(2, run.Json.GetProperty("error").GetProperty("exit_code").GetInt32());
    }
}
