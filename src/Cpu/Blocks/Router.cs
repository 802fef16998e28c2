using MegatronBridge.Config;
using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Cpu.Weights;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>Chooses the experts that each token visits, and how much each of them counts.</summary>
internal sealed class Router
{
    private readonly Linear _scores;
    private readonly Matrix? _expertBias;
    private readonly string _function;
    private readonly bool _isPreSoftmax;
    private readonly int _groups;
    private readonly int _groupsOfToken;
    private readonly int? _bestOfGroup;
    private readonly float _factor;
    private readonly bool? _isNormed; // where the config says it
    private readonly RowNorm? _norm; // before the scores
    private readonly Matrix? _expertScale;
    private readonly SparseMixer? _mixer;
    private readonly ExpertTable? _table;

    /// <summary>Builds it from the scope of the mixture of experts.</summary>
    public Router(WeightScope scope)
    {
        ModelProvider provider = scope.Provider;
        _scores = Linear.Of(scope, "router");
        _expertBias = scope.VectorOrNull("router.expert_bias");
        _function = provider.MoeRouterScoreFunction;
        _isNormed = provider.NormTopkProb;
        _isPreSoftmax = provider.MoeRouterPreSoftmax || _isNormed == false;
        _groups = provider.MoeRouterNumGroups ?? 1;
        _groupsOfToken = provider.MoeRouterGroupTopk ?? _groups;
        _bestOfGroup = provider.GroupScoreExperts;
        _factor = (float)(provider.MoeRouterTopkScalingFactor ?? 1);
        if (scope.Has("router.scale"))
        {
            _norm = new(scope.Vector("router.scale"), null, (float)provider.LayernormEpsilon, SubtractsMean: false);
            Rows.Scale(_norm.Weight!.Value, (float)(1 / Math.Sqrt(provider.HiddenSize)));
            _expertScale = scope.Vector("router.per_expert_scale");
            _isPreSoftmax = false; // Gemma 4's router lets the weights add up to one, whatever the field says
        }

        Choices = provider.MoeRouterTopk;
        if (_function is not ("softmax" or "sigmoid" or "sqrtsoftplus"))
        {
            throw new UnsupportedModelException(
                $"moe_router_score_function is {_function}, which the forward pass does not know."
            );
        }

        _table = ExpertTable.OrNull(scope, Experts, Choices);
        if (!provider.MoeSparsemixerJitterEps.IsNull)
        {
            _mixer = new((float)ProviderFields.Number("moe_sparsemixer_jitter_eps", provider.MoeSparsemixerJitterEps));
        }

        if (_groups < 1 || Experts % _groups != 0 || Choices < 1 || Choices > Experts)
        {
            throw new InvalidConfigException(
                $"{Choices} of {Experts} experts in {_groups} groups cannot be chosen: moe_router_topk must be at most the experts, "
                    + "which moe_router_num_groups must divide."
            );
        }
    }

    /// <summary>Number of experts to choose from.</summary>
    public int Experts => _scores.Outputs;

    /// <summary>Experts of a token.</summary>
    public int Choices { get; }

    /// <summary>Chooses for each token of x <c>[tokens, hidden]</c>: experts and weights, <c>[tokens, choices]</c> each.</summary>
    public void Choose(ForwardPass pass, Matrix x, Span<int> experts, Matrix weights)
    {
        using Scratch.Frame frame = pass.Scratch.Open();
        Matrix scores = frame.Take(x.Rows, Experts); // [tokens, experts]
        Matrix ranking = frame.Take(1, Experts);
        if (_norm is not null)
        {
            Matrix normed = frame.Take(x.Rows, x.Columns);
            _norm.Run(pass.Workers, x, normed);
            x = normed;
        }

        _scores.Run(pass.Workers, x, scores);
        for (int token = 0; token < x.Rows; token++)
        {
            Span<int> chosen = experts.Slice(token * Choices, Choices);
            if (_mixer is not null)
            {
                _mixer.Choose(scores[token], chosen, weights[token]);
                continue;
            }

            Score(scores[token]);
            if (_table is not null)
            {
                _table.Of(pass.Tokens.Span[token]).CopyTo(chosen);
            }
            else
            {
                scores[token].CopyTo(ranking[0]);
                if (_expertBias is { } bias)
                {
                    Rows.Add(bias[0], ranking[0], 1);
                }

                TakeHighest(ranking[0], chosen);
            }

            Weigh(scores[token], chosen, weights[token]);
        }
    }

    private void Score(Span<float> scores)
    {
        if (_function == "softmax")
        {
            if (_isPreSoftmax || _expertBias is not null)
            {
                Softmax.Run(scores); // a bias is one of shares, not of what the exponential is taken of
            }

            return;
        }

        foreach (ref float score in scores)
        {
            score = _function == "sigmoid" ? Activations.SigmoidOf(score) : MathF.Sqrt(Activations.SoftplusOf(score));
        }
    }

    // The groups with the highest sums of their best experts, then the best experts of these.
    private void TakeHighest(Span<float> ranking, Span<int> chosen)
    {
        if (_groupsOfToken < _groups)
        {
            int size = ranking.Length / _groups;
            Span<float> sums = stackalloc float[_groups];
            Span<int> best = stackalloc int[Math.Max(1, Math.Min(size, _bestOfGroup ?? (Choices / _groupsOfToken)))];
            for (int group = 0; group < _groups; group++)
            {
                Span<float> own = ranking.Slice(group * size, size);
                Highest(own, best);
                sums[group] = 0;
                foreach (int expert in best)
                {
                    sums[group] += own[expert];
                }
            }

            Span<int> groups = stackalloc int[_groupsOfToken];
            Highest(sums, groups);
            for (int group = 0; group < _groups; group++)
            {
                if (!groups.Contains(group))
                {
                    ranking.Slice(group * size, size).Fill(float.NegativeInfinity);
                }
            }
        }

        Highest(ranking, chosen);
    }

    /// <summary>The places of the highest numbers, highest first.</summary>
    private static void Highest(ReadOnlySpan<float> numbers, Span<int> places)
    {
        for (int i = 0; i < places.Length; i++)
        {
            int best = -1;
            for (int place = 0; place < numbers.Length; place++)
            {
                if (!places[..i].Contains(place) && (best < 0 || numbers[place] > numbers[best]))
                {
                    best = place;
                }
            }

            places[i] = best;
        }
    }

    private void Weigh(ReadOnlySpan<float> scores, ReadOnlySpan<int> chosen, Span<float> weights)
    {
        float sum = 0;
        for (int i = 0; i < chosen.Length; i++)
        {
            weights[i] = scores[chosen[i]];
            sum += weights[i];
        }

        if (_function == "softmax" && !_isPreSoftmax && _expertBias is null)
        {
            Softmax.Run(weights);
            sum = 1;
        }

        bool isNormed =
            _isNormed ?? (_function == "softmax" ? !_isPreSoftmax : chosen.Length > 1 || _table is not null);
        float scale = isNormed ? _factor / (sum + 1e-20f) : _factor;
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] *= _expertScale is { } own ? scale * own[0][chosen[i]] : scale;
        }
    }
}
