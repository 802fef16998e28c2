using System.CommandLine;
using MegatronBridge.Cli.Errors;
using MegatronBridge.Cli.Output;
using MegatronBridge.Cli.Parsing;
using MegatronBridge.Config;
using MegatronBridge.Estimates;
using MegatronBridge.Layout;

namespace MegatronBridge.Cli.Verbs;

/// <summary><c>memory</c>: does training fit, and on which layout?</summary>
internal sealed class MemoryVerb : Verb
{
    private const double DefaultHeadroom = 0.1;
    private const long LeastMemory = 1 << 20;

    private readonly ModelOptions _model = new();
    private readonly LayoutOptions _layout = new();
    private readonly CountOption _cp = new("--cp", "Context parallel size.", "-cp", "--context-parallel-size");
    private readonly CountOption _dp = new("--dp", "Data-parallel copies. Default: as few as the layout needs.");
    private readonly CountOption _gpus = new(
        "--gpus",
        "Number of GPUs. With sizes of a layout it tells the data parallelism; without, all layouts are looked at."
    );

    private readonly SizeOption _gpuMemory = new("--gpu-memory", "Memory of a GPU, such as 80GB.", LeastMemory);
    private readonly NumberOption _headroom = new(
        "--headroom",
        "SHARE",
        "Share of it that CUDA, NCCL and fragments are left. Default 0.1.",
        most: 1
    )
    {
        TakesZero = true,
    };

    private readonly CountOption _gpusPerNode = new(
        "--gpus-per-node",
        "GPUs of a machine, the most for --tp. Default 8."
    );
    private readonly CountOption _mostCp = new("--max-cp", "Largest context parallel size to look at. Default 1.");
    private readonly CountOption _limit = new("--limit", "How many layouts to list. Default 10.");
    private readonly CountOption _cacheBatch = new(
        "--kv-cache-batch",
        "Tell also what generating so many sequences keeps of the tokens before. Default 1."
    );

    private readonly TrainingOptions _training = new();
    private readonly LoraOptions _lora = new();

    public MemoryVerb()
        : base("memory", "Tells the memory that training needs on each GPU, or which layouts fit so many GPUs.")
    {
        _model.AddTo(this);
        _layout.AddTo(this);
        foreach (
            Option option in (Option[])
                [_cp, _dp, _gpus, _gpuMemory, _headroom, _gpusPerNode, _mostCp, _limit, _cacheBatch, .. _lora.All]
        )
        {
            Options.Add(option);
        }

        _training.AddTo(this);
    }

    /// <inheritdoc/>
    public override string Example => "--hf-model samples/tiny-llama --gpus 8 --gpu-memory 80GB";

    /// <inheritdoc/>
    public override async Task<Report> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        RecipeTraining? recipe = _model.ReadRecipe(parsed);
        ModelDescription model = recipe?.Model ?? await _model.ReadAsync(parsed, terminal, cancellation);
        TrainingSettings training = _training.Read(parsed, model.Provider, recipe?.Training) with
        {
            Lora = _lora.Read(parsed, recipe?.Training.Lora),
        };
        IReadOnlyList<KeyValuePair<string, string>> settings = _training.Fields(
            parsed,
            model.Provider,
            [.. recipe?.Settings ?? [], .. _model.Settings(parsed)]
        );
        int? gpus = parsed.GetValue(_gpus);
        bool hasLayout =
            recipe is not null
            || gpus is null
            || _layout.IsGiven(parsed)
            || parsed.GetValue(_cp) is not null
            || parsed.GetValue(_dp) is not null;
        RequireUse(parsed, hasLayout);
        if (!hasLayout)
        {
            return Search(parsed, model, gpus!.Value, training, settings, cancellation);
        }

        ParallelSizes sizes = _layout.Read(parsed, recipe?.Sizes);
        sizes = sizes with { Cp = parsed.GetValue(_cp) ?? sizes.Cp, Dp = parsed.GetValue(_dp) ?? sizes.Dp };
        sizes.Validate();
        if (gpus is { } given)
        {
            sizes = Fit(sizes, given, parsed.GetValue(_dp) is not null);
        }

        ModelProvider provider = model.LaidOut(sizes, settings);
        MemoryEstimate estimate = MemoryEstimator.Estimate(provider, sizes, training);
        return new MemoryReport(model.Name, training, estimate)
        {
            Usable = Usable(parsed),
            Cache =
            [
                .. KeyValueCache.BytesOfStages(provider, parsed.GetValue(_cacheBatch) ?? 1, training.SequenceLength),
            ],
            CacheBatch = parsed.GetValue(_cacheBatch) ?? 1,
        };
    }

    private void RequireUse(ParseResult parsed, bool hasLayout)
    {
        Option[] unused = hasLayout ? [_gpusPerNode, _mostCp, _limit] : [_cacheBatch];
        string[] faults =
        [
            .. unused
                .Where(option => parsed.GetResult(option) is not null)
                .Select(option =>
                    hasLayout
                        ? $"{option.Name} is for the search of layouts: give --gpus N and --gpu-memory SIZE, and no sizes of a layout."
                        : $"{option.Name} is for one layout: give its sizes, such as --tp 1."
                ),
            .. parsed.GetValue(_headroom) is not null && parsed.GetValue(_gpuMemory) is null
                ? ["--headroom is a share of --gpu-memory, which is not given."]
                : Array.Empty<string>(),
        ];
        if (faults.Length > 0)
        {
            throw UsageException.Of(parsed, faults);
        }
    }

    private LayoutReport Search(
        ParseResult parsed,
        ModelDescription model,
        int gpus,
        TrainingSettings training,
        IReadOnlyList<KeyValuePair<string, string>> settings,
        CancellationToken cancellation
    )
    {
        long usable =
            Usable(parsed)
            ?? throw UsageException.Of(
                parsed,
                "How much memory has a GPU? Give --gpu-memory, such as 80GB; or give the sizes of a layout."
            );
        LayoutSearch search = LayoutSearch.For(
            model,
            gpus,
            usable,
            training,
            settings,
            parsed.GetValue(_gpusPerNode) ?? 8,
            parsed.GetValue(_mostCp) ?? 1
        );
        return new(model.Name, search, search.Run(cancellation), parsed.GetValue(_limit) ?? 10);
    }

    private long? Usable(ParseResult parsed) =>
        parsed.GetValue(_gpuMemory) is { } memory
            ? (long)(memory * (1 - (parsed.GetValue(_headroom) ?? DefaultHeadroom)))
            : null;

    private static ParallelSizes Fit(ParallelSizes sizes, int gpus, bool hasDp)
    {
        int model = sizes.Tp * sizes.Pp * sizes.Cp;
        if (gpus % model != 0 || (hasDp && gpus != model * sizes.Dp))
        {
            throw new LayoutException($"{gpus} GPUs are not TP x PP x CP ({model}) times the data-parallel copies.");
        }

        ParallelSizes fitted = sizes with { Dp = gpus / model };
        return fitted.WorldSize == gpus
            ? fitted
            : throw new LayoutException(
                $"{gpus} GPUs are no multiple of ETP x EP x PP ({sizes.Etp * sizes.Ep * sizes.Pp}), which the experts need."
            );
    }
}
