using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Layout;
using MegatronBridge.Model;
using MegatronBridge.Ranks;
using MegatronBridge.Storage.Checkpoints;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch;
using MegatronBridge.Storage.Torch.Pickle;

namespace MegatronBridge.LegacyTorch;

/// <summary>The files of a legacy checkpoint that is to be written: for each model-parallel rank one, with its part of the model.</summary>
internal sealed class LegacyOutput : CheckpointOutput
{
    /// <summary>The version of what Megatron-LM writes today.</summary>
    public const double Version = 3;

    private static readonly string Prefix = Path.GetFileNameWithoutExtension(LegacyTorchCheckpoint.FileName);

    private LegacyOutput(IReadOnlyList<FileLayout> files) => DataFiles = files;

    /// <inheritdoc/>
    public override IReadOnlyList<FileLayout> DataFiles { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<FileLayout> Markers => [];

    /// <summary>Lays out the files of an import.</summary>
    /// <exception cref="LayoutException">The model does not divide over the ranks, or not in this format.</exception>
    public static LegacyOutput Of(ImportPlan plan, ParallelSizes sizes)
    {
        Dictionary<string, TensorView> views = plan.Parameters.ToDictionary(
            parameter => parameter.Binding.Parameter.Name,
            parameter => parameter.View
        );
        return OfUntrained(plan.Table, plan.Provider, sizes, parameter => views[parameter.Name]);
    }

    /// <summary>Lays out the files of a model that has not been trained, whose whole parameters <paramref name="view"/> tells.</summary>
    /// <exception cref="LayoutException">The model does not divide over the ranks, or not in this format.</exception>
    public static LegacyOutput OfUntrained(
        ModelTable table,
        ModelProvider provider,
        ParallelSizes sizes,
        Func<ModelParameter, TensorView> view
    ) =>
        Of(
            table,
            provider,
            sizes,
            new()
            {
                View = view,
                Head = Head(ArgumentValues.ToNamespace(MegatronArgs.Of(provider).Values), iteration: 0),
            }
        );

    /// <summary>The folders that the files are in.</summary>
    /// <exception cref="LayoutException">The format has no place for the layout.</exception>
    public static IReadOnlyList<RankFolder> FoldersOf(ModelTable table, ParallelSizes sizes) =>
        RankFolder.Of(sizes, table.Parameters.Any(parameter => parameter.Expert is not null));

    /// <summary>Lays out the files for what all ranks of a layout have.</summary>
    /// <exception cref="LayoutException">The model does not divide over the ranks, or not in this format.</exception>
    public static LegacyOutput Of(
        ModelTable table,
        ModelProvider provider,
        ParallelSizes sizes,
        LegacyContents contents
    )
    {
        List<FileLayout> files = [];
        foreach (RankFolder folder in FoldersOf(table, sizes))
        {
            var parameters = RankTable.Build(table, provider, sizes, folder.Place);
            var objects = RankTable.Objects(table, provider, sizes, folder.Place);
            IEnumerable<(PickleValue, PickleValue)> models = Enumerable
                .Range(0, sizes.Vp)
                .Select(stage =>
                    (
                        (PickleValue)(sizes.Vp > 1 ? $"model{stage}" : "model"),
                        (PickleValue)StateDict(parameters[stage], objects[stage], contents)
                    )
                );
            PickleDict state = new([.. Entries(contents.Head), .. models, .. Entries(contents.Tail)]);
            files.Add(
                new TorchFileLayout(new TorchLayout(Prefix, state, contents.Source))
                {
                    Name = $"{folder.Name}/{LegacyTorchCheckpoint.FileName}",
                }
            );
        }

        return new(files);
    }

    /// <summary>What stands before the model.</summary>
    public static IReadOnlyList<(string Name, PickleValue Value)> Head(PickleValue arguments, long iteration) =>
        [("args", arguments), ("checkpoint_version", Version), ("iteration", iteration)];

    /// <summary>Says so when the arguments of Megatron-LM do not describe the whole model; else null.</summary>
    public static string? Lack(ModelProvider provider)
    {
        try
        {
            ModelProvider described = MegatronArgs.Of(provider).ToProvider();
            described.Complete();
            if (Shapes(described).SequenceEqual(Shapes(provider)))
            {
                return null;
            }
        }
        catch (Exception e) when (e is InvalidConfigException or UnsupportedModelException or LayoutException)
        {
            // What cannot be read back is not described.
        }

        return $"Megatron-LM has no arguments for all that makes this model ({provider.Schema.Name}); {RunConfig.FileName}, which it does not "
            + "read, describes it whole. Loading it takes code that builds the model.";
    }

    private static IEnumerable<(string, Shape)> Shapes(ModelProvider provider) =>
        ModelTable.Build(provider).Parameters.Select(parameter => (parameter.Name, parameter.Shape));

    private static IEnumerable<(PickleValue, PickleValue)> Entries(
        IEnumerable<(string Name, PickleValue Value)> values
    ) => values.Select(entry => ((PickleValue)entry.Name, entry.Value));

    private static PickleObject StateDict(
        IReadOnlyList<RankParameter> parameters,
        IReadOnlyList<RankObject> objects,
        LegacyContents contents
    )
    {
        IEnumerable<(PickleValue, PickleValue)> tensors = parameters.Select(own =>
            ((PickleValue)own.Name, (PickleValue)new TensorValue(own.Cut(contents.View(own.Parameter))))
        );
        IEnumerable<(PickleValue, PickleValue)> states = objects.Select(own =>
            (
                (PickleValue)own.Name,
                own.Object is { } entry ? contents.State(entry)
                : own.IsNone ? PickleValue.None
                : LegacyContents.Empty
            )
        );
        return new(
            PickleCall.Reduce,
            new PickleGlobal("collections", "OrderedDict"),
            PickleTuple.Empty,
            entries: new PickleDict([.. tensors, .. states])
        );
    }
}
