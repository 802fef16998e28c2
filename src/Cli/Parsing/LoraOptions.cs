using System.CommandLine;
using MegatronBridge.Adapters;
using MegatronBridge.Cli.Errors;
using MegatronBridge.Estimates;

namespace MegatronBridge.Cli.Parsing;

/// <summary>Adapters that are trained beside frozen weights.</summary>
internal sealed class LoraOptions
{
    private readonly FlagOption _lora = new("--lora", "Train LoRA adapters beside frozen weights.");
    private readonly FlagOption _dora = new("--dora", "The same with DoRA's adapters, which have magnitudes too.");
    private readonly FlagOption _canonical = new(
        "--canonical-lora",
        "The same with an adapter for each projection of a fused layer."
    );
    private readonly CountOption _rank = new("--lora-rank", "Rank of the adapters. Default 32.");
    private readonly TextOption _targets = new(
        "--lora-targets",
        "NAME,NAME,...",
        "Linear layers that have adapters. Default linear_qkv,linear_proj,linear_fc1,linear_fc2; of canonical LoRA their projections."
    );

    /// <summary>The options.</summary>
    public IEnumerable<Option> All => [_lora, _dora, _canonical, _rank, _targets];

    /// <summary>The settings; what is not given is that of <paramref name="recipe"/>. Null when no option was given, and it has none.</summary>
    public LoraSettings? Read(ParseResult parsed, LoraSettings? recipe = null)
    {
        AdapterMethod[] methods =
        [
            .. parsed.GetValue(_lora) ? [AdapterMethod.Lora] : Array.Empty<AdapterMethod>(),
            .. parsed.GetValue(_dora) ? [AdapterMethod.Dora] : Array.Empty<AdapterMethod>(),
            .. parsed.GetValue(_canonical) ? [AdapterMethod.CanonicalLora] : Array.Empty<AdapterMethod>(),
        ];
        if (methods.Length > 1)
        {
            throw UsageException.Of(parsed, "Give one of --lora, --dora and --canonical-lora.");
        }

        (int? rank, string? targets) = (parsed.GetValue(_rank), parsed.GetValue(_targets));
        if (methods.Length == 0 && rank is null && targets is null)
        {
            return recipe;
        }

        LoraSettings settings = recipe ?? new();
        if (methods is [var method] && method != settings.Method)
        {
            settings = new()
            {
                Method = method,
                Rank = settings.Rank,
                SharesExpertAdapters = settings.SharesExpertAdapters,
            };
        }

        settings = rank is { } given ? settings with { Rank = given } : settings;
        return targets is null
            ? settings
            : settings with
            {
                TargetModules = targets.Split(',', StringSplitOptions.TrimEntries),
            };
    }
}
