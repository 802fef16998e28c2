using MegatronBridge.Conversion;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.HuggingFace;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tools;

/// <summary>A model of either format whose matrices of tokens are looked at, and may be written again with others.</summary>
internal abstract class EmbeddedModel : IDisposable
{
    /// <summary>The input embedding.</summary>
    public abstract EmbeddingMatrix Input { get; }

    /// <summary>The output head; null when it is tied to the embedding, or has no row for each token.</summary>
    public abstract EmbeddingMatrix? Head { get; }

    /// <summary>True when the head is the input embedding.</summary>
    public abstract bool IsTied { get; }

    /// <summary>Paths of the tokenizer's files beside the model.</summary>
    public abstract IEnumerable<string> TokenizerFiles { get; }

    /// <summary>Opens a model of either format.</summary>
    /// <exception cref="BadFileException">A file breaks its format.</exception>
    /// <exception cref="UnsupportedModelException">The architecture is not known, or the model reads no tokens.</exception>
    /// <exception cref="MappingException">The weights do not fit the config.</exception>
    public static EmbeddedModel Open(string path) =>
        HfFolder.HasConfig(path) ? HfEmbeddings.Open(path) : MegatronEmbeddings.Open(path);

    /// <summary>Makes sure that tensors which are copies of each other are, before they are written as copies again.</summary>
    public abstract Task CheckCopiesAsync(TransferOptions options, CancellationToken cancellation);

    /// <summary>Plans the same model, at another place, with other matrices under some of the names.</summary>
    public abstract IConversion With(
        IReadOnlyDictionary<string, TensorView> matrices,
        EmbeddingRepairOptions options,
        IReadOnlyList<string> notes
    );

    /// <inheritdoc/>
    public abstract void Dispose();

    protected static UnsupportedModelException WithoutTokens(string path) =>
        new($"{path}: the model has no embedding of tokens.");
}
