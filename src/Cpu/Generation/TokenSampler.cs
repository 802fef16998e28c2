using MegatronBridge.Cpu.Kernels;

namespace MegatronBridge.Cpu.Generation;

/// <summary>Chooses tokens by their scores, in the order of transformers: penalty, temperature, the most likely k, then p.</summary>
public sealed class TokenSampler
{
    // What is so much less likely than the likeliest has no part in any sum of float64.
    private const float Negligible = 45;

    private readonly GenerationOptions _options;
    private readonly Random _random;
    private readonly HashSet<int> _seen;
    private float[] _scores = [];
    private int[] _tokens = [];

    /// <summary>Makes a sampler for one sequence.</summary>
    /// <param name="options">How to choose.</param>
    /// <param name="prompt">The tokens that are there already.</param>
    public TokenSampler(GenerationOptions options, IEnumerable<int> prompt)
    {
        options.Validate();
        _options = options;
        _random = new(options.Seed);
        _seen = [.. prompt];
    }

    /// <summary>Chooses the token behind those before, by the <paramref name="logits"/> of all tokens.</summary>
    public int Next(ReadOnlySpan<float> logits)
    {
        if (_scores.Length != logits.Length)
        {
            _scores = new float[logits.Length];
            _tokens = new int[logits.Length];
        }

        logits.CopyTo(_scores);
        Penalize();
        int token = _options.Temperature == 0 ? Rows.IndexOfMax(_scores) : Draw();
        _seen.Add(token);
        return token;
    }

    private void Penalize()
    {
        float penalty = (float)_options.RepetitionPenalty;
        if (penalty == 1)
        {
            return;
        }

        foreach (int token in _seen)
        {
            _scores[token] = _scores[token] < 0 ? _scores[token] * penalty : _scores[token] / penalty;
        }
    }

    private int Draw()
    {
        float temperature = (float)_options.Temperature;
        float largest = _scores[Rows.IndexOfMax(_scores)] / temperature;
        int count = 0;
        for (int token = 0; token < _scores.Length; token++)
        {
            float score = (_scores[token] / temperature) - largest;
            if (score >= -Negligible)
            {
                _scores[count] = score; // written behind where it is read
                _tokens[count++] = token;
            }
        }

        Span<float> scores = _scores.AsSpan(0, count);
        Span<int> tokens = _tokens.AsSpan(0, count);
        if (_options.TopK is not null || _options.TopP < 1)
        {
            scores.Sort(tokens, (left, right) => right.CompareTo(left));
            count = Kept(scores);
        }

        return tokens[Draw(scores[..count])];
    }

    /// <summary>How many of the sorted scores count: the first k, then the first that make up p.</summary>
    private int Kept(ReadOnlySpan<float> scores)
    {
        int count = Math.Min(_options.TopK ?? scores.Length, scores.Length);
        while (count < scores.Length && scores[count] == scores[count - 1] && _options.TopK is not null)
        {
            count++; // as likely as the last one
        }

        if (_options.TopP >= 1)
        {
            return count;
        }

        double enough = _options.TopP * Sum(scores[..count]);
        double sum = 0;
        for (int i = 0; i < count; i++)
        {
            sum += Math.Exp(scores[i]);
            if (sum >= enough)
            {
                return i + 1;
            }
        }

        return count;
    }

    private int Draw(ReadOnlySpan<float> scores)
    {
        double left = _random.NextDouble() * Sum(scores);
        for (int i = 0; i < scores.Length - 1; i++)
        {
            left -= Math.Exp(scores[i]);
            if (left < 0)
            {
                return i;
            }
        }

        return scores.Length - 1;
    }

    private static double Sum(ReadOnlySpan<float> scores)
    {
        double sum = 0;
        foreach (float score in scores)
        {
            sum += Math.Exp(score);
        }

        return sum;
    }
}
