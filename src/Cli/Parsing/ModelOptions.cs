using System.CommandLine;
using MegatronBridge.Cli.Errors;
using MegatronBridge.Cli.Output;
using MegatronBridge.Estimates;
using MegatronBridge.Hub;

namespace MegatronBridge.Cli.Parsing;

/// <summary>The options of all verbs that need to know a model, but none of its weights.</summary>
internal sealed class ModelOptions
{
    private readonly TextOption _hfModel = new(
        "--hf-model",
        "MODEL",
        "A config.json, the folder of a Hugging Face model, or ORG/NAME or ORG/NAME@REV on the Hub; no weights are needed.",
        "--hf-model-id"
    );

    private readonly TextOption _megatronPath = new(
        "--megatron-path",
        "PATH",
        "A Megatron checkpoint, or its run_config.yaml, instead."
    );

    private readonly SettingsOption _settings = new(
        "Set a field of the Megatron model, by upstream's name, such as mtp_num_layers=1. May be repeated."
    );

    private readonly HubSettings _hub = new();

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command verb)
    {
        verb.Options.Add(_hfModel);
        verb.Options.Add(_megatronPath);
        verb.Options.Add(_settings);
        _hub.AddTo(verb);
    }

    /// <summary>Settings of fields, in their order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings(ParseResult parsed) =>
        parsed.GetRequiredValue(_settings);

    /// <summary>The model, settings not applied.</summary>
    public async Task<ModelDescription> ReadAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        (string? hf, string? megatron) = (parsed.GetValue(_hfModel), parsed.GetValue(_megatronPath));
        if (hf is null == megatron is null)
        {
            throw new UsageException(
                $"{CommandLine.Name} {parsed.CommandResult.Command.Name}",
                [
                    hf is null
                        ? "Which model? Give --hf-model or --megatron-path."
                        : "Give --hf-model or --megatron-path, not both.",
                ]
            );
        }

        if (megatron is not null)
        {
            return ModelDescription.OfMegatron(megatron);
        }

        HubModel located = await _hub.LocateConfigAsync(hf!, parsed, terminal, cancellation);
        ModelDescription model = ModelDescription.OfHf(located.Path);
        return model with { Name = located.Snapshot is null ? model.Name : $"{located.Id}, {model.Name}" };
    }
}
