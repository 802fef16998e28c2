using System.Text;
using System.Text.Json;
using MegatronBridge.Cli;
using MegatronBridge.Cli.Errors;
using MegatronBridge.Cli.Output;
using MegatronBridge.Storage;

namespace MegatronBridge.Tests.Cli.Errors;

public sealed class FaultTests
{
    [Fact]
    public void A_bad_file_is_bad_input_without_a_stack_trace()
    {
        (ExitCode code, string text, JsonElement json) = Print(Thrown(new BadFileException("a/b.pt", "it is cut.")));
        Assert.Equal(ExitCode.BadInput, code);
        Assert.Equal("megatron-bridge: a/b.pt: it is cut.\n", text);
        Assert.Equal("bad_file", json.GetProperty("kind").GetString());
        Assert.Equal("a/b.pt", json.GetProperty("path").GetString());
        Assert.False(json.TryGetProperty("stack", out _));
    }

    [Fact]
    public void What_nobody_foresaw_is_our_fault_and_comes_with_a_stack_trace_and_a_request()
    {
        (ExitCode code, string text, JsonElement json) = Print(Thrown(new InvalidOperationException("oops")));
        Assert.Equal(ExitCode.OurFault, code);
        Assert.Contains("Please report it", text);
        Assert.Contains(nameof(Thrown), text);
        Assert.Contains(nameof(Thrown), json.GetProperty("stack").GetString());
    }

    [Fact]
    public void A_refusal_of_the_system_is_bad_input()
    {
        Assert.Equal(ExitCode.BadInput, Print(new IOException("No space left on device")).Code);
        Assert.Equal(ExitCode.BadInput, Print(new UnauthorizedAccessException("denied")).Code);
    }

    [Fact]
    public void A_standard_output_that_fails_does_not_hide_the_fault()
    {
        using StringWriter error = new();
        Fault fault = Fault.Of(new IOException("No space left on device"), CancellationToken.None);
        fault.Print(new Terminal { Out = new FullStream(), Error = error }, asJson: true);
        Assert.Equal("megatron-bridge: No space left on device\n", error.ToString());
    }

    [Fact]
    public void Only_a_cancellation_that_was_asked_for_is_an_interruption()
    {
        Assert.Equal(ExitCode.Interrupted, Print(new OperationCanceledException(), new(canceled: true)).Code);
        Assert.Equal(ExitCode.OurFault, Print(new OperationCanceledException()).Code);
    }

    private sealed class FullStream : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("No space left on device");

        public override void Write(byte[] buffer, int offset, int count) =>
            throw new IOException("No space left on device");
    }

    private static (ExitCode Code, string Text, JsonElement Json) Print(
        Exception exception,
        CancellationToken cancellation = default
    )
    {
        using MemoryStream output = new();
        using StringWriter error = new();
        Fault fault = Fault.Of(exception, cancellation);
        fault.Print(new Terminal { Out = output, Error = error }, asJson: true);
        JsonElement json = JsonDocument
            .Parse(Encoding.UTF8.GetString(output.ToArray()))
            .RootElement.GetProperty("error");
        Assert.Equal((int)fault.ExitCode, json.GetProperty("exit_code").GetInt32());
        return (fault.ExitCode, error.ToString(), json);
    }

    private static Exception Thrown(Exception exception)
    {
        try
        {
            throw exception;
        }
        catch (Exception e)
        {
            return e;
        }
    }
}
