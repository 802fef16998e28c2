using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Layout;

namespace MegatronBridge.Conformance;

/// <summary>How a model is imported: one of many ways, drawn from a seed.</summary>
internal sealed class RandomLayout
{
    private const int Draws = 8;
    private readonly ImportOptions _options;

    private RandomLayout(ImportOptions options, bool isBesideOriginal) =>
        (_options, IsBesideOriginal) = (options, isBesideOriginal);

    /// <summary>The folder of the checkpoint.</summary>
    public string Target => _options.MegatronPath;

    /// <summary>Whether the export shall see what the import saw.</summary>
    public bool IsBesideOriginal { get; }

    /// <summary>Random numbers of a seed: the same on every machine, which <c>GetHashCode</c> is not.</summary>
    public static Random Generator(string seed) =>
        new(seed.Aggregate(17, (number, letter) => unchecked((number * 31) + letter)));

    /// <summary>Draws until the model divides so; after some draws, one rank must do.</summary>
    /// <param name="mayMove">Whether the export may have to do without the original.</param>
    public static RandomLayout Of(string source, string target, string seed, bool mayMove)
    {
        Random random = Generator(seed);
        ImportOptions options = new()
        {
            HfModel = source,
            HfModelId = "nobody/nowhere", // or an export finds the original by itself
            MegatronPath = target,
            Format = random.Next(4) == 0 ? CheckpointFormat.Torch : CheckpointFormat.TorchDist,
        };
        for (int draw = 0; draw < Draws; draw++)
        {
            ImportOptions drawn = options with { Sizes = Sizes(random), Settings = Settings(random) };
            if (Divides(drawn))
            {
                options = drawn;
                break;
            }
        }

        return new(options, !mayMove || random.Next(2) == 0);
    }

    public async Task ImportAsync()
    {
        using Importer importer = Importer.Open(_options);
        await importer.RunAsync(cancellation: TestContext.Current.CancellationToken);
    }

    public override string ToString() =>
        $"{_options.Format} of {_options.Sizes.Describe()} {string.Join(' ', _options.Settings.Select(setting => $"{setting.Key}={setting.Value}"))}"
        + (IsBesideOriginal ? ", beside the original" : "");

    private static ParallelSizes Sizes(Random random)
    {
        int pp = random.Next(1, 5);
        return new()
        {
            Tp = 1 << random.Next(3),
            Pp = pp,
            Vp = pp > 1 ? random.Next(1, 3) : 1,
            Ep = 1 << random.Next(3),
            Etp = random.Next(1, 3),
            Dp = random.Next(1, 3),
        };
    }

    private static IReadOnlyList<KeyValuePair<string, string>> Settings(Random random)
    {
        KeyValuePair<string, string>[] all =
        [
            new("should_pad_vocab", "true"),
            new("make_vocab_size_divisible_by", random.GetItems<string>(["1", "16", "100"], 1)[0]),
            new("moe_grouped_gemm", "false"),
        ];
        return [.. all.Where(_ => random.Next(2) == 0)];
    }

    private static bool Divides(ImportOptions options)
    {
        try
        {
            Importer.Open(options).Dispose();
            return true;
        }
        catch (Exception e) when (e is LayoutException or InvalidConfigException)
        {
            return false; // the refusal has its own tests
        }
    }
}
