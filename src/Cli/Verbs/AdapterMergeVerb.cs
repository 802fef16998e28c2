using System.CommandLine;
using MegatronBridge.Adapters;
using MegatronBridge.Cli.Output;
using MegatronBridge.Cli.Parsing;
using MegatronBridge.Hub;

namespace MegatronBridge.Cli.Verbs;

/// <summary><c>adapter merge</c>: a model and its adapter become one model.</summary>
internal sealed class AdapterMergeVerb : Verb
{
    private readonly TextOption _base = new(
        "--base",
        "MODEL",
        "The model: a Hugging Face folder, ORG/NAME or ORG/NAME@REV on the Hub, or a Megatron checkpoint."
    )
    {
        Required = true,
    };

    private readonly TextOption _adapter = new(
        "--adapter",
        "DIR",
        "The adapter: a folder with adapter_config.json, or a Megatron checkpoint of adapters."
    )
    {
        Required = true,
    };

    private readonly TextOption _output = new(
        "--output",
        "DIR",
        "Folder of the merged model, which is of the format of the base."
    )
    {
        Required = true,
    };

    private readonly FlagOption _overwrite = new("--overwrite", "Replace a model that a merge made before.");
    private readonly FlagOption _dryRun = new("--dry-run", "Check everything and print the plan; write nothing.");
    private readonly HubSettings _hub = new();
    private readonly TransferSettings _transfer = new();

    public AdapterMergeVerb()
        : base("merge", "Merges an adapter into its model, each in either format.")
    {
        Options.Add(_base);
        Options.Add(_adapter);
        Options.Add(_output);
        Options.Add(_overwrite);
        Options.Add(_dryRun);
        _hub.AddTo(this);
        _transfer.AddTo(this);
    }

    /// <inheritdoc/>
    public override string Example => "--base tiny-llama --adapter my-lora --output tiny-llama-tuned";

    /// <inheritdoc/>
    public override async Task<Report> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        HubModel model = await _hub.LocateAsync(
            parsed.GetRequiredValue(_base),
            parsed,
            terminal,
            _transfer,
            cancellation
        );
        AdapterMergeOptions options = new()
        {
            BaseModel = model.Path,
            Adapter = parsed.GetRequiredValue(_adapter),
            Output = parsed.GetRequiredValue(_output),
            Overwrite = parsed.GetValue(_overwrite),
            Transfer = _transfer.Read(parsed),
        };
        using AdapterMerger merger = AdapterMerger.Open(options);
        if (parsed.GetValue(_dryRun))
        {
            return new ConversionResult(Name, merger.Report, isDryRun: true);
        }

        using ProgressLine progress = _transfer.StartProgress(parsed, terminal, Name);
        return new ConversionResult(Name, await merger.RunAsync(progress, cancellation), isDryRun: false);
    }
}
