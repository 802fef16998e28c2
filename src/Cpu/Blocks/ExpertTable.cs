using MegatronBridge.Cpu.Weights;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>Tells the experts that a token visits by the token alone, as in the first layers of DeepSeek V4.</summary>
internal sealed class ExpertTable
{
    private const string Name = "router.tid2eid";

    private readonly int[] _experts; // [vocabulary, choices]
    private readonly int _choices;
    private readonly int _layer;

    private ExpertTable(WeightScope scope, int experts, int choices)
    {
        _experts = scope.Integers(Name);
        _choices = choices;
        _layer = scope.Layer;
        int wrong = Array.FindIndex(_experts, expert => expert < 0 || expert >= experts);
        if (wrong >= 0)
        {
            throw new MappingException(
                "A table of experts is wrong",
                [
                    $"{scope.Prefix}{Name} sends token {wrong / choices} to expert {_experts[wrong]}, but experts are 0 to {experts - 1}.",
                ]
            );
        }
    }

    /// <summary>That of a router, or null where scores choose.</summary>
    public static ExpertTable? OrNull(WeightScope scope, int experts, int choices) =>
        scope.Has(Name) ? new(scope, experts, choices) : null;

    /// <summary>The experts of a token.</summary>
    /// <exception cref="ArgumentException">The token is not known, because the pass began with embeddings.</exception>
    public ReadOnlySpan<int> Of(int token) =>
        token >= 0 && ((long)token + 1) * _choices <= _experts.Length
            ? _experts.AsSpan(token * _choices, _choices)
            : throw new ArgumentException(
                $"Layer {_layer} chooses experts by the tokens, and {token} is none: embeddings alone are not enough for this model.",
                nameof(token)
            );
}
