using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tools;

/// <summary>A matrix with a row for each token.</summary>
internal sealed record EmbeddingMatrix
{
    private const string InputName = "embedding.word_embeddings.weight";
    private const string HeadName = "output_layer.weight";
    private const long MaxWidth = 1 << 24; // a row is held in memory

    /// <summary>Takes a tensor <c>[rows, hidden]</c>, of which the first rows are tokens.</summary>
    /// <exception cref="BadFileException">It is no such matrix.</exception>
    public EmbeddingMatrix(string name, string path, TensorView view, long vocabulary)
    {
        bool isMatrix =
            view.Shape is { Rank: 2, ElementCount: > 0 } && view.Shape[0] <= int.MaxValue && view.Shape[1] <= MaxWidth;
        if (!isMatrix || view.Shape[0] < vocabulary || !view.DType.IsWideFloat())
        {
            throw new BadFileException(
                path,
                $"{name} {view} is no matrix of numbers with a row for each of {vocabulary} tokens."
            );
        }

        Name = name;
        View = view;
        Rows = (int)vocabulary;
    }

    /// <summary>Its name in the model.</summary>
    public string Name { get; }

    /// <summary>Its contents, with the rows that pad the vocabulary.</summary>
    public TensorView View { get; }

    /// <summary>Rows of tokens.</summary>
    public int Rows { get; }

    /// <summary>Rows behind them.</summary>
    public int PaddingRows => (int)View.Shape[0] - Rows;

    /// <summary>Elements of a row.</summary>
    public long Width => View.Shape[1];

    /// <summary>True for the parameter that is the input embedding of a model or of its language model.</summary>
    public static bool IsInput(string parameter) => Is(parameter, InputName);

    /// <summary>True for the parameter that is the output head of a model or of its language model.</summary>
    public static bool IsHead(string parameter) => Is(parameter, HeadName);

    private static bool Is(string parameter, string name) =>
        parameter == name
        || parameter == $"language_model.{name}"
        || parameter.EndsWith($".language_model.{name}", StringComparison.Ordinal);
}
