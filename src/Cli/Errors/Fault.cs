using System.Text.Json;
using MegatronBridge.Cli.Output;
using MegatronBridge.Config;
using MegatronBridge.Cpu.Chat;
using MegatronBridge.Hub;
using MegatronBridge.Layout;
using MegatronBridge.Storage;

namespace MegatronBridge.Cli.Errors;

/// <summary>What went wrong, as the command reports it: the one place where exceptions become exit codes.</summary>
internal sealed class Fault : Report
{
    private readonly ExitCode _exitCode;
    private readonly string _kind;
    private readonly Exception _exception;

    private Fault(ExitCode exitCode, string kind, Exception exception)
    {
        _exitCode = exitCode;
        _kind = kind;
        _exception = exception;
    }

    /// <inheritdoc/>
    public override ExitCode ExitCode => _exitCode;

    private IReadOnlyList<string>? Faults =>
        _exception switch
        {
            MappingException mapping => mapping.Faults,
            InvalidConfigException config => config.Faults,
            UsageException usage => usage.Faults,
            _ => null,
        };

    private bool IsOurs => _exitCode == ExitCode.OurFault;

    /// <summary>Sorts an exception.</summary>
    public static Fault Of(Exception exception, CancellationToken cancellation) =>
        exception switch
        {
            OperationCanceledException when cancellation.IsCancellationRequested => new(
                ExitCode.Interrupted,
                "interrupted",
                exception
            ),
            UsageException => new(ExitCode.WrongUsage, "wrong_usage", exception),
            UnsupportedModelException => new(ExitCode.UnsupportedModel, "unsupported_model", exception),
            BadFileException => new(ExitCode.BadInput, "bad_file", exception),
            HubException { Fault: HubFault.BadReference } => new(ExitCode.WrongUsage, "hub", exception),
            HubException => new(ExitCode.BadInput, "hub", exception),
            MappingException => new(ExitCode.BadInput, "mapping", exception),
            LayoutException => new(ExitCode.BadInput, "layout", exception),
            InvalidConfigException => new(ExitCode.BadInput, "config", exception),
            ChatTemplateException => new(ExitCode.BadInput, "chat", exception),
            IOException or UnauthorizedAccessException => new(ExitCode.BadInput, "file_system", exception),
            _ => new(ExitCode.OurFault, "internal", exception),
        };

    /// <summary>Prints the fault: for people on standard error, and on request as JSON on standard output.</summary>
    public override void Print(Terminal terminal, bool asJson)
    {
        (string red, string plain) = terminal.UsesColor ? ("\e[31m", "\e[0m") : ("", "");
        terminal.Error.Write($"{red}{CommandLine.Name}:{plain} ");
        WriteText(terminal.Error);
        if (!asJson)
        {
            return;
        }

        try
        {
            base.Print(terminal, asJson: true);
        }
        catch (IOException)
        {
            // Standard output is what failed, and standard error has the fault.
        }
    }

    /// <inheritdoc/>
    protected override void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject("error");
        json.WriteString("kind", _kind);
        json.WriteNumber("exit_code", (int)_exitCode);
        json.WriteString("message", _exception.Message);
        if (_exception is BadFileException badFile)
        {
            json.WriteString("path", badFile.Path);
        }

        if (_exception is HubException hub)
        {
            json.WriteString("fault", $"{hub.Fault}");
        }

        if (Faults is { } faults)
        {
            json.WriteStartArray("faults");
            foreach (string fault in faults)
            {
                json.WriteStringValue(fault);
            }

            json.WriteEndArray();
        }

        if (IsOurs)
        {
            json.WriteString("stack", _exception.ToString());
        }

        json.WriteEndObject();
    }

    /// <inheritdoc/>
    protected override void WriteText(TextWriter text)
    {
        switch (_exception)
        {
            case OperationCanceledException when !IsOurs:
                text.WriteLine("Interrupted. Nothing unfinished was left.");
                break;
            case UsageException usage:
                text.WriteLine(string.Join(Environment.NewLine, usage.Faults));
                text.WriteLine($"See {usage.Command} --help.");
                break;
            case var _ when IsOurs:
                text.WriteLine(
                    "This is a fault of ours, not of your input. Please report it with the command and these lines:"
                );
                text.WriteLine(
                    $"{CommandLine.Name} {Verbs.Version.Text}, {Environment.OSVersion}, {Environment.ProcessorCount} CPUs"
                );
                text.WriteLine(_exception);
                break;
            default:
                text.WriteLine(Printable.Lines(_exception.Message));
                break;
        }
    }
}
