using System.CommandLine;
using MegatronBridge.Cli.Errors;
using MegatronBridge.Cli.Output;
using MegatronBridge.Cli.Parsing;
using MegatronBridge.Tools;

namespace MegatronBridge.Cli.Verbs;

/// <summary><c>toy</c>: a small model, of the first layers of a real one or of random weights.</summary>
internal sealed class ToyVerb : RewriteVerb
{
    private const int DefaultLayers = 2;

    private readonly CountOption _layers = new(
        "--layers",
        $"With --hf-model: how many layers of it to keep. Default {DefaultLayers}."
    );
    private readonly TextOption _architecture = new(
        "--architecture",
        "NAME",
        "Make a random model of this architecture, such as Qwen3ForCausalLM, and of a small size."
    );
    private readonly CountOption _seed = new("--seed", "With --architecture: the seed of the weights. Default 1234.")
    {
        Least = 0,
    };
    private readonly SettingsOption _settings = new(
        "With --architecture: set a key of config.json, such as hidden_size=128 or text_config.num_hidden_layers=4. May be repeated."
    );

    public ToyVerb()
        : base(
            "toy",
            "Makes a small Hugging Face model: the first layers of a real one, or random weights.",
            "Largest size of a file, such as 5GB. Default 5 GB.",
            needsModel: false
        )
    {
        AddAllOptions(_layers, _architecture, _seed, _settings);
    }

    /// <inheritdoc/>
    public override string Example => "--architecture Qwen3ForCausalLM --seed 7 --hf-path tiny-qwen3";

    /// <inheritdoc/>
    public override async Task<Report> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        const int DefaultSeed = 1234;
        ToolOptions options = Read(parsed);
        string? architecture = parsed.GetValue(_architecture);
        IReadOnlyList<KeyValuePair<string, string>> settings = parsed.GetRequiredValue(_settings);
        List<string> faults = [];
        if (parsed.GetValue(Model) is null == architecture is null)
        {
            faults.Add("Give a real model with --hf-model, or an --architecture for a random one.");
        }
        else if (architecture is null && (parsed.GetValue(_seed) is not null || settings.Count > 0))
        {
            faults.Add("--seed and --set go with --architecture: of a real model the tensors stay as they are.");
        }
        else if (architecture is not null && parsed.GetValue(_layers) is not null)
        {
            faults.Add("--layers goes with --hf-model; set the layers of a random model with --set.");
        }

        if (faults.Count > 0)
        {
            throw new UsageException($"{CommandLine.Name} {Name}", faults);
        }

        using ModelRewrite rewrite = architecture is null
            ? FirstLayers.Open(
                await LocateAsync(options, parsed, terminal, cancellation),
                parsed.GetValue(_layers) ?? DefaultLayers,
                options
            )
            : RandomModel.Open(
                RandomModel.Config(architecture, settings),
                parsed.GetValue(_seed) ?? DefaultSeed,
                options
            );
        return await ConvertAsync(rewrite, parsed, terminal, cancellation);
    }
}
