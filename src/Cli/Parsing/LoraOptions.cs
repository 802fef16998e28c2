using System.CommandLine;
using MegatronBridge.Estimates;

namespace MegatronBridge.Cli.Parsing;

/// <summary>Adapters that are trained beside frozen weights.</summary>
internal sealed class LoraOptions
{
    private readonly FlagOption _lora = new("--lora", "Train LoRA adapters beside frozen weights.");
    private readonly CountOption _rank = new("--lora-rank", "Rank of the adapters. Default 32.");
    private readonly TextOption _targets = new(
        "--lora-targets",
        "NAME,NAME,...",
        "Linear layers that have adapters. Default linear_qkv,linear_proj,linear_fc1,linear_fc2."
    );

    /// <summary>The options.</summary>
    public IEnumerable<Option> All => [_lora, _rank, _targets];

    /// <summary>The settings; null when no option was given.</summary>
    public LoraSettings? Read(ParseResult parsed)
    {
        (int? rank, string? targets) = (parsed.GetValue(_rank), parsed.GetValue(_targets));
        if (!parsed.GetValue(_lora) && rank is null && targets is null)
        {
            return null;
        }

        LoraSettings settings = new();
        return settings with
        {
            Rank = rank ?? settings.Rank,
            TargetModules = targets?.Split(',', StringSplitOptions.TrimEntries) ?? settings.TargetModules,
        };
    }
}
