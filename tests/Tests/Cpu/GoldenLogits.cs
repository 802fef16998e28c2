using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using MegatronBridge.Cpu;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Cpu;

/// <summary>The logits of a manifest: what transformers computes of its weights in float32.</summary>
public sealed class GoldenLogits
{
    // Relative to the largest of the logits.
    private const float Tolerance = 1e-4f;

    private readonly float[] _values;

    private GoldenLogits(JsonNode json)
    {
        Tokens = [.. json["input_ids"]![0]!.AsArray().Select(token => token!.GetValue<int>())];
        _values = MemoryMarshal
            .Cast<byte, float>(Convert.FromBase64String(json["values"]!.GetValue<string>()))
            .ToArray();
    }

    /// <summary>Families whose manifest has logits.</summary>
    public static IReadOnlyList<string> Families { get; } =
    [.. GoldenCases.Families.Where(family => GoldenManifest.Load(family).Json["logits"]?["values"] is not null)];

    public int[] Tokens { get; }

    public static GoldenLogits Of(GoldenManifest manifest) => new(manifest.Json["logits"]!);

    public void AssertEqual(Logits found)
    {
        Assert.Equal(_values.Length, found.Values.Length);
        float largest = _values.Max(Math.Abs);
        float difference = 0;
        int worst = 0;
        for (int i = 0; i < _values.Length; i++)
        {
            float own = Math.Abs(_values[i] - found.Values[i]);
            (difference, worst) = own <= difference ? (difference, worst) : (own, i);
        }

        Assert.True(
            difference <= Tolerance * largest,
            $"The logits differ by {difference / largest:g3} of the largest, most at token {worst / found.Vocabulary}: "
                + $"{found.Values[worst]:g6} should be {_values[worst]:g6}."
        );
    }
}
