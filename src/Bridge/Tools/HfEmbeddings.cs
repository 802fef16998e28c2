using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Families;
using MegatronBridge.Quantization;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.HuggingFace;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tools;

/// <summary>The matrices of tokens of a Hugging Face model.</summary>
internal sealed class HfEmbeddings : EmbeddedModel
{
    private readonly HfFolder _folder;
    private readonly DequantizedSource _source;
    private readonly ImportPlan _plan;

    private HfEmbeddings(HfFolder folder)
    {
        _folder = folder;
        HfConfig config = HfConfig.Load(folder.PathOf(HfFolder.ConfigName));
        Family family = FamilyList.Of(config);
        _source = DequantizedSource.Of(folder, config);
        ModelProvider provider = family.ToProvider(config, _source.Names);
        provider.Complete();
        _plan = ImportPlan.Create(_source, family, provider, provider.ParamsDtype); // of mixed types is no fault here
        Input = Find(EmbeddingMatrix.IsInput) ?? throw WithoutTokens(folder.Path);
        Head = Find(EmbeddingMatrix.IsHead);
        IsTied = !_plan.Table.Parameters.Any(parameter => EmbeddingMatrix.IsHead(parameter.Name));
    }

    /// <inheritdoc/>
    public override EmbeddingMatrix Input { get; }

    /// <inheritdoc/>
    public override EmbeddingMatrix? Head { get; }

    /// <inheritdoc/>
    public override bool IsTied { get; }

    /// <inheritdoc/>
    public override IEnumerable<string> TokenizerFiles =>
        _folder.FileNames.Where(SideFiles.IsTokenizer).Select(_folder.PathOf);

    /// <summary>Opens a Hugging Face folder.</summary>
    public static new HfEmbeddings Open(string path)
    {
        HfFolder folder = HfFolder.Open(path);
        try
        {
            return new(folder);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override Task CheckCopiesAsync(TransferOptions options, CancellationToken cancellation) =>
        EqualCopies.CheckAsync(_source, _plan.Ignored, options, cancellation);

    /// <inheritdoc/>
    public override IConversion With(
        IReadOnlyDictionary<string, TensorView> matrices,
        EmbeddingRepairOptions options,
        IReadOnlyList<string> notes
    )
    {
        ILookup<string?, string> copies = _plan
            .Ignored.Where(entry => entry.EqualTo is not null)
            .ToLookup(entry => entry.EqualTo, entry => entry.Name);
        OrderedDictionary<string, TensorView> tensors = new(_folder.Weights.Tensors, StringComparer.Ordinal);
        foreach ((string name, TensorView matrix) in matrices)
        {
            foreach (string each in copies[name].Prepend(name))
            {
                tensors[each] =
                    _folder.Find(each) is { } stored && stored.DType == matrix.DType
                        ? matrix
                        : throw new MappingException(
                            "Rows of weights that are stored as codes cannot be replaced",
                            [$"{each} is stored so. Make numbers of it with cast --dequantize first."]
                        );
            }
        }

        HfFolder original = HfFolder.Open(_folder.Path); // the rewrite closes it
        return new ModelRewrite(
            new()
            {
                HfPath = options.Output!,
                Overwrite = options.Overwrite,
                Transfer = options.Transfer,
            },
            original,
            HfOutput.Like(tensors, original),
            config: null,
            new()
            {
                Architecture = _plan.Family.Architecture,
                Target = options.Output!,
                SourceTensors = tensors.Count,
                TargetTensors = tensors.Count,
                ParameterCount = tensors.Values.Sum(view => view.Shape.ElementCount),
                Files = [],
                Ignored = [],
                Casts = [],
                Notes = notes,
            }
        );
    }

    /// <inheritdoc/>
    public override void Dispose() => _folder.Dispose();

    private EmbeddingMatrix? Find(Predicate<string> isIt) =>
        _plan.Parameters.FirstOrDefault(parameter => isIt(parameter.Binding.Parameter.Name))
            is { Binding: { HfNames: [var name] } binding }
        && _source.Find(name) is { } view
        && (isIt != EmbeddingMatrix.IsHead || view.Shape == Input.View.Shape)
            ? new(name, _folder.Path, view, binding.Provider.VocabSize)
            : null;
}
