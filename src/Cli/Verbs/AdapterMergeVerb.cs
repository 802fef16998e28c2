using System.CommandLine;
using MegatronBridge.Adapters;
using MegatronBridge.Cli.Output;
using MegatronBridge.Cli.Parsing;
using MegatronBridge.Hub;

namespace MegatronBridge.Cli.Verbs;

/// <summary><c>adapter merge</c>: a model and its adapter become one model.</summary>
internal sealed class AdapterMergeVerb : ConversionVerb
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

    public AdapterMergeVerb()
        : base(
            "merge",
            "Merges an adapter into its model, each in either format.",
            "Replace a model that a merge made before."
        )
    {
        AddOptions(_base, _adapter, _output);
        AddCommonOptions();
    }

    /// <inheritdoc/>
    public override string Example => "--base tiny-llama --adapter my-lora --output tiny-llama-tuned";

    /// <inheritdoc/>
    public override async Task<Report> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        HubModel model = await LocateAsync(parsed.GetRequiredValue(_base), parsed, terminal, cancellation);
        AdapterMergeOptions options = new()
        {
            BaseModel = model.Path,
            Adapter = parsed.GetRequiredValue(_adapter),
            Output = parsed.GetRequiredValue(_output),
            Overwrite = Overwrites(parsed),
            Transfer = Transfer(parsed),
        };
        using AdapterMerger merger = AdapterMerger.Open(options);
        return await ConvertAsync(merger, parsed, terminal, cancellation);
    }
}
