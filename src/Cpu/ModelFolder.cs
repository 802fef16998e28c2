using MegatronBridge.Adapters;
using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Families;
using MegatronBridge.Inspection;
using MegatronBridge.Layout;
using MegatronBridge.Model;
using MegatronBridge.Quantization;
using MegatronBridge.Ranks;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Checkpoints;
using MegatronBridge.Storage.HuggingFace;

namespace MegatronBridge.Cpu;

/// <summary>
/// A model in a folder of any kind, ready to be run: Hugging Face, torch_dist or legacy torch. Headers are read, weights are not; all ranks
/// may share one.
/// </summary>
public sealed class ModelFolder : IDisposable
{
    private IDisposable? _files; // null when somebody else closes them

    private ModelFolder(string path, CheckpointKind kind, ModelProvider provider, IParameterSource parameters)
    {
        Path = path;
        Kind = kind;
        Provider = provider;
        Parameters = parameters;
    }

    /// <summary>The folder with the files of the model: of a run of training, that of the iteration.</summary>
    public string Path { get; }

    /// <summary>In which format it is.</summary>
    public CheckpointKind Kind { get; }

    /// <summary>The completed config, with the layout that it was opened for, and what a config.json says that Megatron has no field for.</summary>
    public ModelProvider Provider { get; }

    /// <summary>Paths of the tokenizer's files that lie beside the weights.</summary>
    public required IReadOnlyList<string> TokenizerFiles { get; init; }

    /// <summary>The config.json that the model follows exactly; null for a Megatron checkpoint that was opened without one.</summary>
    public HfConfig? HfConfig { get; private init; }

    /// <summary>What config.json says about the model and the forward pass does otherwise; none for most models.</summary>
    public IReadOnlyList<ConfigLoss> Losses { get; private init; } = [];

    /// <summary>The adapter that is merged into its weights; null for none.</summary>
    public AdapterSet? Adapter { get; private init; }

    /// <summary>Where the parameters are.</summary>
    public IParameterSource Parameters { get; }

    /// <summary>Opens the model in <paramref name="path"/>, to be run in a layout, whatever layout it is stored in.</summary>
    /// <param name="path">A Hugging Face folder, the root of a Megatron checkpoint, or one iteration of it.</param>
    /// <param name="sizes">The layout to run it in; null for one rank.</param>
    /// <param name="original">
    /// The config.json that a Megatron checkpoint was made from, for what Megatron has no field for, such as the constants of a rotary scaling;
    /// null to do without. A Hugging Face folder has its own.
    /// </param>
    /// <param name="adapter">
    /// A folder of the library peft or a Megatron checkpoint of adapters, merged into the weights as they are loaded; null for none.
    /// </param>
    /// <exception cref="BadFileException">It is none of these, or breaks a rule of its format.</exception>
    /// <exception cref="UnsupportedModelException">The architecture is not known.</exception>
    /// <exception cref="MappingException">The weights do not fit the config.</exception>
    /// <exception cref="InvalidConfigException">The config contradicts itself.</exception>
    /// <exception cref="LayoutException">The model does not divide over the ranks.</exception>
    public static ModelFolder Open(
        string path,
        ParallelSizes? sizes = null,
        HfConfig? original = null,
        string? adapter = null
    )
    {
        if (adapter is not null)
        {
            Checkpoint adapted = Checkpoint.Open(path, adapter);
            return Owning(adapted, () => Of(adapted, sizes, original));
        }

        CheckpointLocation location = CheckpointLocation.Find(path);
        if (location.Kind == CheckpointKind.HuggingFace)
        {
            HfFolder hf = HfFolder.Open(location.Folder);
            HfConfig config = HfConfig.Load(hf.PathOf(HfFolder.ConfigName));
            return Owning(hf, () => OfHf(hf, config, null, Validated(sizes), null));
        }

        MegatronCheckpoint checkpoint = MegatronCheckpoint.Open(location.Folder);
        return Owning(checkpoint, () => OfMegatron(checkpoint, Validated(sizes), original, null));
    }

    /// <summary>The model in a checkpoint that is open, whose headers are not read again. It must stay open as long as the model is used.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="sizes">The layout to run it in; null for one rank.</param>
    /// <param name="original">As in <see cref="Open"/>.</param>
    /// <exception cref="BadFileException">It is not the checkpoint of a model.</exception>
    /// <exception cref="UnsupportedModelException">The architecture is not known.</exception>
    /// <exception cref="MappingException">The weights do not fit the config.</exception>
    /// <exception cref="InvalidConfigException">The config contradicts itself.</exception>
    /// <exception cref="LayoutException">The model does not divide over the ranks.</exception>
    public static ModelFolder Of(Checkpoint checkpoint, ParallelSizes? sizes = null, HfConfig? original = null) =>
        checkpoint is { HfFolder: { } folder, HfConfig: { } config }
            ? OfHf(folder, config, checkpoint.Dequantized as DequantizedSource, Validated(sizes), checkpoint.Adapter)
        : checkpoint.Megatron is { } megatron ? OfMegatron(megatron, Validated(sizes), original, checkpoint.Adapter)
        : Open(checkpoint.Path, sizes, original); // tells what is wrong with it

    /// <summary>Loads what a rank has of it.</summary>
    /// <param name="parallel">The rank's place in the layout that it was opened for; one rank when it is not given.</param>
    /// <param name="threads">Threads that the rank computes with; its share of the processors when it is not given.</param>
    /// <exception cref="UnsupportedModelException">The model has something that the forward pass does not know.</exception>
    public CpuModel Load(ParallelState? parallel = null, int? threads = null) =>
        CpuModel.Load(Provider, Parameters, parallel, threads);

    /// <summary>Closes the files, unless they are those of an open checkpoint. Models that were loaded from them must be disposed before.</summary>
    public void Dispose() => _files?.Dispose();

    private static ModelFolder Owning(IDisposable files, Func<ModelFolder> open)
    {
        try
        {
            ModelFolder folder = open();
            folder._files = files;
            return folder;
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    private static ParallelSizes Validated(ParallelSizes? sizes)
    {
        sizes ??= ParallelSizes.One;
        sizes.Validate();
        return sizes;
    }

    private static ModelFolder OfHf(
        HfFolder hf,
        HfConfig config,
        DequantizedSource? source,
        ParallelSizes sizes,
        AdapterSet? adapter
    )
    {
        Family family = FamilyList.Of(config);
        source ??= DequantizedSource.Of(hf, config);
        ModelProvider provider = family.ToProvider(config, source.Names);
        LayOut(provider, sizes);
        ImportPlan plan = ImportPlan.Create(source, family, provider);
        EqualCopies.CheckAsync(source, plan.Ignored, new(), default).GetAwaiter().GetResult();
        ModelProvider exact = family.Exactly(provider, config);
        IParameterSource parameters = new PlannedSource(plan);
        parameters = adapter is null
            ? parameters
            : new MergedParameters(adapter, parameters, plan.Parameters.Select(planned => planned.Binding));
        return new(hf.Path, CheckpointKind.HuggingFace, exact, parameters)
        {
            HfConfig = config,
            Adapter = adapter,
            Losses = ConfigLoss.Of(family, config, exact),
            TokenizerFiles = [.. hf.FileNames.Where(SideFiles.IsTokenizer).Select(hf.PathOf)],
        };
    }

    private static ModelFolder OfMegatron(
        MegatronCheckpoint checkpoint,
        ParallelSizes sizes,
        HfConfig? original,
        AdapterSet? adapter
    )
    {
        CheckpointLocation location = checkpoint.Location;
        ModelProvider provider =
            checkpoint.Provider()
            ?? throw new BadFileException(
                location.Folder,
                "nothing says what model it is: there is neither run_config.yaml nor the arguments of Megatron-LM."
            );
        LayOut(provider, sizes);
        ModelProvider exact = original is null ? provider : FamilyList.Of(original).Exactly(provider, original);
        IParameterSource parameters = new CheckpointParameters(checkpoint);
        parameters = adapter is null
            ? parameters
            : new MergedParameters(
                adapter,
                parameters,
                Binding.Bind(FamilyRecognition.Of(provider), provider, ModelTable.Build(provider))
            );
        return new(location.Folder, location.Kind, exact, parameters)
        {
            HfConfig = original,
            Adapter = adapter,
            TokenizerFiles = checkpoint.TokenizerFiles,
        };
    }

    /// <summary>
    /// Ranks of equal parts may need a few rows of padding, which are no tokens. Attention to compressed tokens, which Megatron leaves whole,
    /// is cut by its groups of heads.
    /// </summary>
    private static void LayOut(ModelProvider provider, ParallelSizes sizes)
    {
        bool isLeftWhole = provider.ExperimentalAttentionVariant == "dsv4_hybrid";
        (isLeftWhole ? sizes with { Tp = 1 } : sizes).ApplyTo(provider);
        provider["should_pad_vocab"] = provider.VocabSize % sizes.Tp != 0;
        provider.Complete();
        sizes.ApplyTo(provider);
    }
}
