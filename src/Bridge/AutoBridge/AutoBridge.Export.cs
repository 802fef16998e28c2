using MegatronBridge.Ranks;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge;

// Weights out of models in memory. All ranks of a model call these together.
public sealed partial class AutoBridge
{
    /// <summary>
    /// Gives the model's weights one after the other in Hugging Face's form, gathered from all ranks as the enumeration goes on. Each is to be
    /// read before the next one is asked for; besides the model, only the parameters of one are in memory. Every rank must enumerate, and
    /// as far as the others.
    /// </summary>
    /// <param name="models">This rank's parts of the model, one for each virtual stage.</param>
    /// <param name="options">Which ranks get what, in which order and type; null for all tensors on all ranks.</param>
    /// <param name="cancellation">Stops at the next weight.</param>
    /// <exception cref="ArgumentException">The model has no memory, or tasks are missing.</exception>
    /// <exception cref="MappingException">The model is another one than this bridge's.</exception>
    /// <exception cref="CollectiveException">Another rank failed, stopped early, or exports something else.</exception>
    public IEnumerable<HfWeight> ExportHfWeights(
        IReadOnlyList<MegatronModel> models,
        HfExportOptions? options = null,
        CancellationToken cancellation = default
    )
    {
        options ??= new();
        RequireModels(models);
        if (options.Mode == ExportMode.Distribute)
        {
            return new HfWeightShards(models, Family, HfConfig, _source, options).Enumerate(cancellation);
        }

        HfWeightStream stream = new(models, Family, HfConfig, _source, options.WeightDType, options.Strict);
        return Export(stream, models[0].Parallel.World, options, cancellation);
    }

    internal static IEnumerable<HfWeight> Export(
        HfWeightStream stream,
        ProcessGroup world,
        HfExportOptions options,
        CancellationToken cancellation
    )
    {
        IReadOnlyList<string> names = ChosenNames(stream, options);
        int? root = options.Mode == ExportMode.Consolidate ? 0 : null;
        return Steps();

        IEnumerable<HfWeight> Steps()
        {
            string digest = Digest(names.Select(name => $"{name} {stream.Plan.Tensors[name]}"));
            RankAgreement.Require(
                world,
                $"export {names.Count} tensors in the mode {options.Mode} and the order {options.Order} (digest {digest})"
            );
            WeightPace pace = new(world, root);
            long total = names.Sum(name => stream.Plan.Tensors[name].ByteCount);
            long done = 0;
            bool isWaiting = false; // for this rank's caller, who may not come back
            try
            {
                foreach (string name in names)
                {
                    if (cancellation.IsCancellationRequested)
                    {
                        pace.Stop();
                        cancellation.ThrowIfCancellationRequested();
                    }

                    if (!pace.Next(name))
                    {
                        yield break;
                    }

                    stream.Hold(name, root);
                    TensorView tensor = stream.Plan.Tensors[name];
                    if (root is null || root == world.Rank)
                    {
                        isWaiting = true;
                        yield return new(name, tensor);
                        isWaiting = false;
                    }

                    options.Progress?.Report(new(done += tensor.ByteCount, total));
                }
            }
            finally
            {
                if (isWaiting)
                {
                    pace.Stop();
                }
            }
        }
    }

    private static IReadOnlyList<string> ChosenNames(HfWeightStream stream, HfExportOptions options)
    {
        IReadOnlyList<string> names = stream.Names(options.Order);
        if (options.ConversionTasks is null)
        {
            return names;
        }

        HashSet<string> chosen = [.. options.ConversionTasks.Select(task => task.GlobalParamName)];
        List<string> faults =
        [
            .. chosen
                .Except(stream.Plan.Bindings.Select(binding => binding.Parameter.Name))
                .Select(name => $"{name} is no parameter of the model"),
        ];
        List<string> kept = [];
        foreach (string name in names)
        {
            IReadOnlyList<string> parameters = stream.ParametersOf(name);
            int found = parameters.Count(chosen.Contains);
            if (found > 0 && found == parameters.Count)
            {
                kept.Add(name);
            }
            else if (found > 0)
            {
                string missing = parameters.First(parameter => !chosen.Contains(parameter));
                faults.Add($"{name} is made of {parameters.Count} parameters, of which {missing} has no task");
            }
        }

        return faults.Count == 0
            ? kept
            : throw new ArgumentException($"The tasks do not fit: {string.Join("; ", faults)}.", nameof(options));
    }
}
