using MegatronBridge.Cpu.Kernels;

namespace MegatronBridge.Tests.Cpu.Kernels;

public sealed class TokenChoiceTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(31)]
    [InlineData(64)]
    [InlineData(99)]
    public void The_best_positions_are_seen_and_no_others(int count)
    {
        Random random = new(count);
        float[] scores = [.. Enumerable.Range(0, 100).Select(_ => (float)random.NextDouble())];
        float[] expected = [.. scores.OrderDescending().Take(count)];
        Assert.Equal(expected, Seen(scores, count).Select(position => scores[position]).OrderDescending());
    }

    [Fact]
    public void Of_positions_as_good_as_each_other_the_first_are_seen() =>
        Assert.Equal([0, 1, 3, 4], Seen([0, 0, -1, 5, 0, 0, 0], 4));

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    public void All_are_seen_when_there_are_no_more(int count) =>
        Assert.Equal([0, 1, 2, 3, 4, 5, 6], Seen([0, 0, -1, 5, 0, 0, 0], count));

    [Fact]
    public void Hiding_begins_at_the_first_position()
    {
        float[] row = new float[TokenChoice.Columns(70)];
        TokenChoice.Best(row, [.. Enumerable.Range(0, 70).Select(i => (float)i)], new float[70], 3); // 67, 68, 69
        float[] scores = [1, 2, 3, 4];
        TokenChoice.Hide(row, 65, scores);
        Assert.Equal([float.NegativeInfinity, float.NegativeInfinity, 3, 4], scores);
    }

    [Fact]
    public void Chosen_positions_follow_one_another()
    {
        float[] scores = [.. Enumerable.Range(0, 150).Select(i => i % 37 == 5 ? 1f : 0f)]; // 5, 42, 79, 116
        float[] row = new float[TokenChoice.Columns(scores.Length)];
        TokenChoice.Best(row, scores, new float[scores.Length], 4);
        List<int> found = [];
        for (int at = TokenChoice.Next(row, 0, 150); at < 150; at = TokenChoice.Next(row, at + 1, 150))
        {
            found.Add(at);
        }

        Assert.Equal([5, 42, 79, 116], found);
        Assert.Equal(42, TokenChoice.Next(row, 6, 42));
    }

    private static int[] Seen(float[] scores, int count)
    {
        float[] row = new float[TokenChoice.Columns(scores.Length)];
        row.AsSpan().Fill(float.NaN); // what was chosen before
        TokenChoice.Best(row, scores, new float[scores.Length], count);
        float[] hidden = new float[scores.Length];
        TokenChoice.Hide(row, 0, hidden);
        return [.. Enumerable.Range(0, hidden.Length).Where(position => hidden[position] == 0)];
    }
}
