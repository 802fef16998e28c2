using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Cpu;
using MegatronBridge.Storage.Comparison;
using MegatronBridge.Storage.HuggingFace;
using MegatronBridge.Tools;
using Xunit.Sdk;

namespace MegatronBridge.Conformance;

/// <summary>
/// Random models of configs that nobody has written: the small configs of tests/Fixtures, changed by Python/mutations.py, go to Megatron in
/// random layouts and back, and compute what transformers computes of them.
/// </summary>
public sealed class DifferentialTests(Python python)
{
    // Relative to the largest of the logits.
    private const float Tolerance = 1e-4f;

    // Of the same numbers: the padding of a vocabulary changes the order in which matrix products add.
    private const float Rounding = 1e-5f;

    // The small configs of each architecture, by name.
    private static readonly ILookup<string, (string Name, JsonObject Config)> Configs = ModelConfigs
        .Golden.Concat(
            ModelConfigs.Small.Keys.Select(name =>
                KeyValuePair.Create("small " + name, ModelConfigs.Description(name)["config"]!.AsObject())
            )
        )
        .OrderBy(model => model.Key, StringComparer.Ordinal)
        .ToLookup(model => model.Value["architectures"]![0]!.GetValue<string>(), model => (model.Key, model.Value));

    public static TheoryData<string> Architectures =>
        [
            .. Configs
                .Select(configs => configs.Key)
                .Where(name =>
                    DifferentialSettings.Models.Any(start => name.StartsWith(start, StringComparison.Ordinal))
                )
                .Order(StringComparer.Ordinal),
        ];

    [Theory]
    [MemberData(nameof(Architectures))]
    public async Task Random_models_compute_as_in_transformers_and_come_back_bit_for_bit(string architecture)
    {
        List<Exception> faults = [];
        for (int number = 0; number < DifferentialSettings.Cases; number++)
        {
            string seed = $"{architecture} {DifferentialSettings.Seed} {number}";
            (string name, JsonObject config) = RandomLayout.Generator(seed).GetItems([.. Configs[architecture]], 1)[0];
            List<string> story = [seed, name];
            using TemporaryFolder folder = new();
            try
            {
                await TryAsync(folder, config, seed, story);
            }
            catch (Exception fault) when (fault is not SkipException)
            {
                faults.Add(new InvalidOperationException($"{string.Join(": ", story)}\n  {fault.Message}", fault));
            }
        }

        if (faults.Count > 0)
        {
            throw new AggregateException(faults);
        }
    }

    private async Task TryAsync(TemporaryFolder folder, JsonObject config, string seed, List<string> story)
    {
        string source = folder.File("source");
        JsonElement made = python.Call("differential", "make", source, config.DeepClone(), seed);
        story.Add(made.GetProperty("changes").GetString()!);
        bool isKnown = made.GetProperty("model").GetBoolean();
        if (!isKnown)
        {
            await MakeAsync(source);
        }

        bool mayMove = isKnown && config["model_type"]!.GetValue<string>() != "qwen2_5_omni"; // loads with the voices of a release only
        RandomLayout layout = RandomLayout.Of(source, folder.File("megatron"), seed, mayMove);
        story.Add(layout.ToString());
        await layout.ImportAsync();
        Compute(source, layout, made);
        await ExportAsync(source, layout, folder.File("exported"));
    }

    /// <summary>Makes the weights of a model that transformers has no class of, as our own model table has them.</summary>
    private static async Task MakeAsync(string folder)
    {
        HfConfig config = HfConfig.Load(Path.Combine(folder, HfFolder.ConfigName));
        using ModelRewrite toy = RandomModel.Open(
            config,
            DifferentialSettings.Seed,
            new() { HfPath = folder, Overwrite = true }
        );
        await toy.RunAsync(cancellation: TestContext.Current.CancellationToken);
    }

    private static void Compute(string source, RandomLayout layout, JsonElement made)
    {
        if (made.GetProperty("logits").GetString() is not { } text)
        {
            return;
        }

        int[] tokens = [.. made.GetProperty("tokens").EnumerateArray().Select(token => token.GetInt32())];
        float[] expected = MemoryMarshal.Cast<byte, float>(Convert.FromBase64String(text)).ToArray();
        using ModelFolder opened = ModelFolder.Open(source);
        float[] ours = Logits(opened, tokens);
        if (opened.Losses.Count == 0) // or it says itself that it computes otherwise
        {
            AssertEqual(expected, ours, Tolerance);
        }

        using ModelFolder imported = ModelFolder.Open(layout.Target, original: opened.HfConfig);
        AssertEqual(ours, Logits(imported, tokens), Rounding);
    }

    private static void AssertEqual(float[] expected, float[] actual, float tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        float largest = expected.Max(Math.Abs);
        IEnumerable<float> differences = expected.Zip(actual, (one, other) => Math.Abs(one - other));
        float worst = differences.Aggregate((worst, each) => each <= worst ? worst : each); // NaN is the worst
        Assert.True(worst <= tolerance * largest, $"The logits differ by {worst / largest:g3} of the largest.");
    }

    private static float[] Logits(ModelFolder folder, int[] tokens)
    {
        using CpuModel model = folder.Load();
        return model.Forward(tokens).Values.ToArray();
    }

    private async Task ExportAsync(string source, RandomLayout layout, string exported)
    {
        ExportOptions options = new()
        {
            MegatronPath = layout.Target,
            HfPath = exported,
            HfModel = layout.IsBesideOriginal ? source : null,
        };
        using (Exporter exporter = Exporter.Open(options))
        {
            await exporter.RunAsync(cancellation: TestContext.Current.CancellationToken);
        }

        if (!layout.IsBesideOriginal) // another release of transformers may have given the tensors their names
        {
            Assert.Empty(python.Call("differential", "same", source, exported).EnumerateArray());
            return;
        }

        using HfFolder original = HfFolder.Open(source);
        using HfFolder again = HfFolder.Open(exported);
        ComparisonResult result = await SourceComparison.RunAsync(
            original,
            again,
            cancellation: TestContext.Current.CancellationToken
        );
        Assert.Empty(result.Differences.Select(tensor => $"{tensor.Name}: {tensor.Kind}"));
    }
}
