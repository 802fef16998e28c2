using System.CommandLine;
using MegatronBridge.Cli.Output;
using MegatronBridge.Cli.Parsing;
using MegatronBridge.Conversion;
using MegatronBridge.Hub;
using MegatronBridge.Storage.Files;

namespace MegatronBridge.Cli.Verbs;

/// <summary>A verb that writes a model: plans it, and does so unless only the plan is wanted.</summary>
internal abstract class ConversionVerb : Verb
{
    private readonly FlagOption _overwrite;
    private readonly FlagOption _dryRun;
    private readonly TransferSettings _transfer = new();

    protected ConversionVerb(
        string name,
        string description,
        string overwrite = "Replace a model that a conversion made before.",
        string dryRun = "Check everything and print the plan; write nothing."
    )
        : base(name, description)
    {
        _overwrite = new("--overwrite", overwrite);
        _dryRun = new("--dry-run", dryRun);
    }

    /// <summary>Models of the Hub, for verbs that take them.</summary>
    protected HubSettings Hub { get; } = new();

    /// <summary>Adds what all of these verbs have, behind their own options.</summary>
    protected void AddCommonOptions(bool withHub = true)
    {
        AddOptions(_overwrite, _dryRun);
        if (withHub)
        {
            Hub.AddTo(this);
        }

        _transfer.AddTo(this);
    }

    /// <summary>Whether what is at the target may be replaced.</summary>
    protected bool Overwrites(ParseResult parsed) => parsed.GetValue(_overwrite);

    /// <summary>Threads and memory.</summary>
    protected TransferOptions Transfer(ParseResult parsed) => _transfer.Read(parsed);

    /// <summary>The folder of a model, downloaded where needed.</summary>
    protected Task<HubModel> LocateAsync(
        string model,
        ParseResult parsed,
        Terminal terminal,
        CancellationToken cancellation
    ) => Hub.LocateAsync(model, parsed, terminal, _transfer, cancellation);

    /// <summary>Does one step with a line that shows how far it is.</summary>
    protected Task<T> RunStepAsync<T>(
        string label,
        Func<IProgress<TransferProgress>, CancellationToken, Task<T>> run,
        ParseResult parsed,
        Terminal terminal,
        CancellationToken cancellation
    ) => _transfer.RunAsync(label, run, parsed, terminal, cancellation);

    /// <summary>Tells the plan of a conversion, or does it and tells what was done.</summary>
    protected Task<Report> ConvertAsync(
        IConversion conversion,
        ParseResult parsed,
        Terminal terminal,
        CancellationToken cancellation
    ) =>
        ConvertAsync(
            conversion.Report,
            conversion.RunAsync,
            (report, isDryRun) => new ConversionResult(Name, report, isDryRun),
            parsed,
            terminal,
            cancellation
        );

    /// <summary>The same where there is more to tell than of every conversion.</summary>
    protected async Task<Report> ConvertAsync<T>(
        T plan,
        Func<IProgress<TransferProgress>, CancellationToken, Task<T>> run,
        Func<T, bool, Report> result,
        ParseResult parsed,
        Terminal terminal,
        CancellationToken cancellation
    ) =>
        parsed.GetValue(_dryRun)
            ? result(plan, true)
            : result(await RunStepAsync(Name, run, parsed, terminal, cancellation), false);
}
