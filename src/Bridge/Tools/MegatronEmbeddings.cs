using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Layout;
using MegatronBridge.Model;
using MegatronBridge.Resharding;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tools;

/// <summary>The matrices of tokens of a Megatron checkpoint.</summary>
internal sealed class MegatronEmbeddings : EmbeddedModel
{
    private readonly MegatronCheckpoint _checkpoint;

    private MegatronEmbeddings(MegatronCheckpoint checkpoint)
    {
        _checkpoint = checkpoint;
        string path = checkpoint.Location.Folder;
        ModelProvider provider =
            checkpoint.RecordedProvider()
            ?? throw new BadFileException(
                path,
                $"the checkpoint has neither {RunConfig.FileName} nor the arguments of Megatron-LM, so nothing says what model it is."
            );
        provider.Complete();
        SourceModel model = SourceModel.Of(checkpoint, ModelTable.Build(provider));
        Input = Find(EmbeddingMatrix.IsInput) ?? throw WithoutTokens(path);
        Head = Find(EmbeddingMatrix.IsHead) is { } head && head.View.Shape == Input.View.Shape ? head : null;
        IsTied = !model.Parameters.Any(parameter => EmbeddingMatrix.IsHead(parameter.Parameter.Name));

        EmbeddingMatrix? Find(Predicate<string> isIt) =>
            model.Parameters.FirstOrDefault(parameter => isIt(parameter.Parameter.Name)) is { } found
                ? new(found.Parameter.Name, path, found.View, Math.Min(provider.VocabSize, found.View.Shape[0]))
                : null;
    }

    /// <inheritdoc/>
    public override EmbeddingMatrix Input { get; }

    /// <inheritdoc/>
    public override EmbeddingMatrix? Head { get; }

    /// <inheritdoc/>
    public override bool IsTied { get; }

    /// <inheritdoc/>
    public override IEnumerable<string> TokenizerFiles => _checkpoint.TokenizerFiles;

    /// <summary>Opens a checkpoint.</summary>
    public static new MegatronEmbeddings Open(string path)
    {
        MegatronCheckpoint checkpoint = MegatronCheckpoint.Open(path);
        try
        {
            return new(checkpoint);
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override Task CheckCopiesAsync(TransferOptions options, CancellationToken cancellation) =>
        _checkpoint.CheckCopiesAsync(options, cancellation);

    /// <inheritdoc/>
    public override IConversion With(
        IReadOnlyDictionary<string, TensorView> matrices,
        EmbeddingRepairOptions options,
        IReadOnlyList<string> notes
    ) =>
        CheckpointConversion.Open(
            new()
            {
                From = options.Model,
                To = options.Output!,
                Format = _checkpoint.Index is null ? CheckpointFormat.Torch : CheckpointFormat.TorchDist,
                Sizes = (_checkpoint.RecordedSizes() ?? ParallelSizes.One) with { Cp = 1 },
                Overwrite = options.Overwrite,
                Transfer = options.Transfer,
            },
            (model, _) => model.WithWeights((parameter, view) => matrices.GetValueOrDefault(parameter.Name) ?? view)
        );

    /// <inheritdoc/>
    public override void Dispose() => _checkpoint.Dispose();
}
