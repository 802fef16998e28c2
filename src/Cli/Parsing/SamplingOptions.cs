using System.CommandLine;
using System.Globalization;
using MegatronBridge.Cpu.Generation;

namespace MegatronBridge.Cli.Parsing;

/// <summary>How tokens are chosen, and when to stop.</summary>
internal sealed class SamplingOptions
{
    private readonly CountOption _maxNewTokens = new(
        "--max-new-tokens",
        $"Tokens to make at most. Default {new GenerationOptions().MaxNewTokens}.",
        "--max-tokens"
    );

    private readonly NumberOption _temperature = new(
        "--temperature",
        "T",
        "Choose by chance: below 1 likely tokens become likelier. Without it, --top-k and --top-p the most likely token is taken."
    );

    private readonly CountOption _topK = new("--top-k", "Choose only from so many of the most likely tokens.");
    private readonly NumberOption _topP = new(
        "--top-p",
        "P",
        "Choose only from the most likely tokens that together have this probability.",
        most: 1
    );

    private readonly NumberOption _repetitionPenalty = new(
        "--repetition-penalty",
        "R",
        "Make tokens less likely that were there before: above 1. Default 1."
    );

    private readonly Option<int?> _seed = new("--seed")
    {
        Description = "The same seed chooses the same tokens. Default 0.",
        HelpName = "N",
        CustomParser = result =>
        {
            if (
                int.TryParse(
                    result.Tokens[^1].Value,
                    NumberStyles.AllowLeadingSign,
                    CultureInfo.InvariantCulture,
                    out int seed
                )
            )
            {
                return seed;
            }

            result.AddError($"--seed takes a whole number of 32 bits, not \"{result.Tokens[^1].Value}\".");
            return null;
        },
    };

    private readonly TextsOption _stop = new("--stop", "TEXT", "Stop before this text. May be repeated.");
    private readonly FlagOption _ignoreEos = new("--ignore-eos", "Go on behind a token that ends an answer.");

    private readonly DTypeOption _cacheType = new(
        "The type that keys and values of the tokens before are kept in. Default: that of the weights. float32 rounds nothing.",
        "--cache-dtype"
    );

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command verb)
    {
        Option[] options =
        [
            _maxNewTokens,
            _temperature,
            _topK,
            _topP,
            _repetitionPenalty,
            _seed,
            _stop,
            _ignoreEos,
            _cacheType,
        ];
        foreach (Option option in options)
        {
            verb.Options.Add(option);
        }
    }

    /// <summary>What was given; <paramref name="endTokens"/> end an answer.</summary>
    public GenerationOptions Read(ParseResult parsed, IReadOnlyList<int> endTokens)
    {
        GenerationOptions defaults = new();
        (double? temperature, int? topK, double? topP) = (
            parsed.GetValue(_temperature),
            parsed.GetValue(_topK),
            parsed.GetValue(_topP)
        );
        return defaults with
        {
            MaxNewTokens = parsed.GetValue(_maxNewTokens) ?? defaults.MaxNewTokens,
            Temperature = temperature ?? (topK is null && topP is null ? 0 : 1),
            TopK = topK,
            TopP = topP ?? defaults.TopP,
            RepetitionPenalty = parsed.GetValue(_repetitionPenalty) ?? defaults.RepetitionPenalty,
            Seed = parsed.GetValue(_seed) ?? defaults.Seed,
            CacheType = parsed.GetValue(_cacheType),
            StopStrings = parsed.GetRequiredValue(_stop),
            StopTokens = parsed.GetValue(_ignoreEos) ? defaults.StopTokens : endTokens.ToHashSet(),
        };
    }
}
