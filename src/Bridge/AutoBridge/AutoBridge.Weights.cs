using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using MegatronBridge.Conversion;
using MegatronBridge.Layout;
using MegatronBridge.Mapping;
using MegatronBridge.Model;
using MegatronBridge.Ranks;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;
using Microsoft.Extensions.Logging;

namespace MegatronBridge;

// Weights into models in memory. All ranks of a model call these together.
public sealed partial class AutoBridge
{
    private readonly ConcurrentDictionary<string, Lazy<HfModelSource>> _others = new(StringComparer.Ordinal);

    /// <summary>Loads this rank's part of the Hugging Face weights, cast to the model's types.</summary>
    /// <param name="models">This rank's parts of the model, one for each virtual stage.</param>
    /// <param name="hfPath">A folder or model of the Hub with other weights for the same model; null for those of the bridge.</param>
    /// <param name="allowedMismatchedParams">
    /// Names of Megatron parameters, in which <c>*</c> stands for anything, that stay as they are when their tensors are missing or of another
    /// shape: an embedding of another size.
    /// </param>
    /// <param name="progress">Told the bytes of this rank's tensors that are loaded, and of all.</param>
    /// <param name="cancellation">Stops; the model is then loaded in part.</param>
    /// <returns>The models.</returns>
    /// <exception cref="ArgumentException">There are no weights to load, or the model has no memory to load them into.</exception>
    /// <exception cref="MappingException">The weights are those of another model.</exception>
    /// <exception cref="CollectiveException">Another rank failed, or loads something else.</exception>
    public IReadOnlyList<MegatronModel> LoadHfWeights(
        IReadOnlyList<MegatronModel> models,
        string? hfPath = null,
        IReadOnlyCollection<string>? allowedMismatchedParams = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        RequireModels(models);
        HfModelSource source = SourceOf(hfPath);
        ImportPlan plan = ImportPlan.Create(
            source.Weights,
            Family,
            models[0].Provider,
            _options.DType,
            name => allowedMismatchedParams?.Any(pattern => Wildcard.IsMatch(name, pattern)) == true
        );
        ParallelState parallel = models[0].Parallel;
        string digest = Digest(plan.Parameters.Select(planned => $"{planned.Binding.Parameter.Name} {planned.View}"));
        RankAgreement.Require(
            parallel.World,
            $"load {plan.Parameters.Count} parameters of {source.Id} (digest {digest}) in the layout {parallel.Sizes.Describe()}"
        );
        if (parallel.Rank == 0)
        {
            EqualCopies
                .CheckAsync(source.Weights, plan.Ignored, TransferOptions.Default, cancellation)
                .GetAwaiter()
                .GetResult();
            LogLoading(plan);
        }

        long total = models.SelectMany(model => model.Tensors).Sum(tensor => tensor.ByteCount);
        long done = 0;
        foreach (MegatronModel model in models)
        {
            model.Load(
                plan,
                tensor =>
                {
                    cancellation.ThrowIfCancellationRequested();
                    progress?.Report(new(done += tensor.ByteCount, total));
                }
            );
        }

        parallel.World.Barrier();
        return models;
    }

    /// <summary>
    /// What a conversion of weights does in either direction: a task for each parameter of the whole model, in its order.
    /// </summary>
    /// <param name="models">This rank's parts of the model; tasks of what other ranks have are without module and weight.</param>
    /// <param name="hfPath">A folder or model of the Hub whose tensors decide between spellings; null for the bridge's, if it has any.</param>
    /// <exception cref="MappingException">A parameter of the model has no mapping.</exception>
    public IReadOnlyList<WeightConversionTask> GetConversionTasks(
        IReadOnlyList<MegatronModel> models,
        string? hfPath = null
    )
    {
        RequireFamily(models);
        ITensorSource? hf = hfPath is null ? WeightsOrNull : SourceOf(hfPath).Weights;
        var own = models
            .SelectMany(model => model.Tensors.Select(tensor => (Model: model, Tensor: tensor)))
            .Where(entry => !entry.Tensor.Place.IsCopy)
            .ToDictionary(entry => entry.Tensor.Place.Parameter.Name, StringComparer.Ordinal);
        return
        [
            .. Binding
                .Bind(Family, models[0].Provider, models[0].Table, hf)
                .Select(binding =>
                {
                    (MegatronModel? module, ModelTensor? weight) = own.GetValueOrDefault(binding.Parameter.Name);
                    return new WeightConversionTask(
                        weight?.Name ?? binding.Parameter.Name,
                        new ResolvedMapping(binding.Mapping, binding.Parameter.Name, binding.HfNames),
                        binding.Parameter.Stage,
                        binding.Parameter.VirtualStage,
                        module,
                        weight
                    );
                }),
        ];
    }

    /// <summary>The weights that are meant: of another folder, or the bridge's own.</summary>
    private HfModelSource SourceOf(string? hfPath)
    {
        if (hfPath is not null)
        {
            return _others
                .GetOrAdd(hfPath, path => new(() => OpenOther(path), LazyThreadSafetyMode.PublicationOnly))
                .Value;
        }

        return _source
            ?? throw new ArgumentException(
                "A bridge that is made of a config has no weights: name some with hfPath, make the bridge with FromHfPretrained, or say "
                    + "loadWeights: false for random ones.",
                nameof(hfPath)
            );
    }

    private HfModelSource OpenOther(string path)
    {
        HfLoadOptions options = _options with { Revision = null, WithWeights = true };
        return Task.Run(() => HfModelSource.OpenAsync(path, options, null, CancellationToken.None))
            .GetAwaiter()
            .GetResult();
    }

    private void RequireModels(IReadOnlyList<MegatronModel> models)
    {
        RequireFamily(models);
        if (models.SelectMany(model => model.Tensors).FirstOrDefault(tensor => tensor.IsMeta) is { } meta)
        {
            throw new ArgumentException(
                $"{meta} belongs to a model that was made for its shapes alone (InitModelWithMetaDevice); it has no memory for weights.",
                nameof(models)
            );
        }
    }

    private void RequireFamily(IReadOnlyList<MegatronModel> models)
    {
        if (models.Count == 0)
        {
            throw new ArgumentException("There is no model: give this rank's parts of it.", nameof(models));
        }

        string given = models[0].Provider.Schema.Target;
        if (given != Family.Schema.Target)
        {
            throw new MappingException(
                $"The model is of another kind than {Family.Architecture}",
                [$"The model was made of a {given}, but {Family.Architecture} needs a {Family.Schema.Target}."]
            );
        }
    }

    private static string Digest(IEnumerable<string> lines)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines)));
        return Convert.ToHexStringLower(hash.AsSpan(0, 4));
    }

    private void LogLoading(ImportPlan plan)
    {
        LogParameters(plan.Parameters.Count, Family.Architecture);
        foreach (IgnoredEntry entry in plan.Ignored)
        {
            LogIgnored(entry.Name, entry.Reason);
        }

        foreach ((string name, string reason) in plan.LeftOut)
        {
            LogLeftOut(name, reason);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Loading {Count} parameters of {Architecture}.")]
    private partial void LogParameters(int count, string architecture);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Name} is left out: {Reason}.")]
    private partial void LogIgnored(string name, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Name} stays as it is: {Reason}")]
    private partial void LogLeftOut(string name, string reason);
}
