using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using MegatronBridge.Cpu;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Cpu;

/// <summary>
/// The logits of a manifest: what transformers computes of its weights in float32. For models that it has no class of, tests/Fixtures/golden-logits
/// has what other code computes.
/// </summary>
public sealed class GoldenLogits
{
    // Relative to the largest of the logits.
    private const float Tolerance = 1e-4f;

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Fixtures", "golden-logits");

    private readonly float[] _values;

    private GoldenLogits(JsonNode json, JsonNode tokens)
    {
        Tokens = [.. tokens.AsArray().Select(token => token!.GetValue<int>())];
        _values = MemoryMarshal
            .Cast<byte, float>(Convert.FromBase64String(json["values"]!.GetValue<string>()))
            .ToArray();
    }

    /// <summary>Families whose manifest has logits.</summary>
    public static IReadOnlyList<string> Families { get; } =
    [
        .. GoldenCases.Families.Where(family =>
            HasFile(family) || GoldenManifest.Load(family).Json["logits"]?["values"] is not null
        ),
    ];

    public int[] Tokens { get; }

    public static GoldenLogits Of(GoldenManifest manifest) =>
        HasFile(manifest.Family)
            ? OfFile(JsonNode.Parse(File.ReadAllText(PathOf(manifest.Family)))!.AsObject())
            : new(manifest.Json["logits"]!, manifest.Json["logits"]!["input_ids"]![0]!);

    /// <summary>Those of a file in tests/Fixtures/logits: of the last tokens only.</summary>
    public static GoldenLogits OfFile(JsonNode json) => new(json, json["input_ids"]!);

    /// <summary>Compares all logits that are known, the last ones.</summary>
    public void AssertEqual(Logits logits) => AssertEqual(logits.Values[^_values.Length..], _values);

    /// <summary>Compares those of one token.</summary>
    public void AssertEqual(Logits logits, int token) =>
        AssertEqual(logits.Values, _values.AsSpan(token * logits.Vocabulary, logits.Vocabulary));

    private static string PathOf(string family) => Path.Combine(Folder, family + ".json");

    private static bool HasFile(string family) => File.Exists(PathOf(family));

    private void AssertEqual(ReadOnlySpan<float> found, ReadOnlySpan<float> expected)
    {
        float largest = _values.Max(Math.Abs);
        float difference = 0;
        int worst = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            float own = Math.Abs(expected[i] - found[i]);
            (difference, worst) = own <= difference ? (difference, worst) : (own, i);
        }

        Assert.True(
            difference <= Tolerance * largest,
            $"The logits differ by {difference / largest:g3} of the largest: {found[worst]:g6} should be {expected[worst]:g6} "
                + $"(number {worst} of {expected.Length})."
        );
    }
}
