using MegatronBridge.Cpu.Generation;

namespace MegatronBridge.Tests.Cpu.Generation;

public sealed class TokenSamplerTests
{
    private static readonly float[] Logits = [1, 4, 2, 4, -3];

    [Fact]
    public void Without_temperature_the_first_of_the_most_likely_is_taken()
    {
        TokenSampler sampler = new(new(), []);
        Assert.Equal(1, sampler.Next(Logits));
    }

    [Fact]
    public void Tokens_come_as_often_as_their_probability_says()
    {
        GenerationOptions options = new() { Temperature = 2, Seed = 3 };
        double[] expected = Probabilities(2);
        int[] counts = Count(options, 40_000);
        for (int token = 0; token < Logits.Length; token++)
        {
            // Five standard deviations.
            double deviation = Math.Sqrt(expected[token] * (1 - expected[token]) / 40_000);
            Assert.InRange(
                counts[token] / 40_000.0,
                expected[token] - (5 * deviation),
                expected[token] + (5 * deviation)
            );
        }
    }

    [Fact]
    public void Only_the_most_likely_are_chosen_from()
    {
        Assert.Equal([1, 3], Chosen(new() { Temperature = 1, TopK = 2 }));
        Assert.Equal([1, 3], Chosen(new() { Temperature = 1, TopK = 1 })); // equally likely
        Assert.Equal([1, 2, 3], Chosen(new() { Temperature = 5, TopK = 3 }));
    }

    [Theory]
    [InlineData(0.3, new[] { 1 })]
    [InlineData(0.5, new[] { 1, 3 })]
    [InlineData(0.93, new[] { 1, 2, 3 })]
    public void The_most_likely_that_make_up_p_are_chosen_from(double topP, int[] expected)
    {
        // Probabilities: 0.45 and 0.45, then 0.06, 0.02, 0.0004.
        Assert.Equal(expected, Chosen(new() { Temperature = 1, TopP = topP }));
    }

    [Fact]
    public void Tokens_that_were_there_are_less_likely()
    {
        GenerationOptions options = new() { RepetitionPenalty = 3 };
        TokenSampler sampler = new(options, [1]);
        Assert.Equal(3, sampler.Next(Logits));
        Assert.Equal(2, sampler.Next(Logits)); // 4 / 3 twice, then 2
        Assert.Equal(1, sampler.Next([-1, 0.5f, -1, -1, -1])); // 0.5 / 3 is more than what is negative
        Assert.Equal(0, sampler.Next([-2, -1, -1, -1, -9])); // -1 becomes -3
    }

    [Fact]
    public void The_same_seed_chooses_the_same()
    {
        Assert.Equal(Sequence(1), Sequence(1));
        Assert.NotEqual(Sequence(1), Sequence(2));

        static int[] Sequence(int seed)
        {
            TokenSampler sampler = new(new() { Temperature = 3, Seed = seed }, []);
            return [.. Enumerable.Range(0, 50).Select(_ => sampler.Next(Logits))];
        }
    }

    [Theory]
    [InlineData(-1, null, 1, 1)]
    [InlineData(double.NaN, null, 1, 1)]
    [InlineData(1, 0, 1, 1)]
    [InlineData(1, null, 0, 1)]
    [InlineData(1, null, 1.5, 1)]
    [InlineData(1, null, 1, 0)]
    public void Numbers_out_of_range_are_refused(double temperature, int? topK, double topP, double penalty)
    {
        GenerationOptions options = new()
        {
            Temperature = temperature,
            TopK = topK,
            TopP = topP,
            RepetitionPenalty = penalty,
        };
        Assert.Throws<ArgumentOutOfRangeException>(options.Validate);
    }

    private static IEnumerable<int> Chosen(GenerationOptions options) =>
        Count(options, 2000).Index().Where(entry => entry.Item > 0).Select(entry => entry.Index);

    private static int[] Count(GenerationOptions options, int times)
    {
        TokenSampler sampler = new(options, []);
        int[] counts = new int[Logits.Length];
        for (int i = 0; i < times; i++)
        {
            counts[sampler.Next(Logits)]++;
        }

        return counts;
    }

    private static double[] Probabilities(double temperature)
    {
        double[] weights = [.. Logits.Select(logit => Math.Exp(logit / temperature))];
        return [.. weights.Select(weight => weight / weights.Sum())];
    }
}
