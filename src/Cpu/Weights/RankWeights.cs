using System.Runtime.InteropServices;
using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Model;
using MegatronBridge.Ranks;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Cpu.Weights;

/// <summary>
/// What one rank has of the language model, by the names that it has there: read when a block asks for it, so that nothing else of a
/// model is touched.
/// </summary>
internal sealed class RankWeights : IDisposable
{
    private const string Embedding = "embedding.word_embeddings.weight";

    private readonly IParameterSource _source;
    private readonly Dictionary<string, RankParameter> _parameters;
    private readonly List<Weight> _weights = [];
    private readonly Dictionary<InputFile, MappedFile> _files = [];
    private readonly Scratch _vectors = new();
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    /// <summary>Makes them of a stage's parameters and a place where whole parameters are.</summary>
    public RankWeights(ModelTable table, IReadOnlyList<RankParameter> stage, IParameterSource source)
    {
        _source = source;
        _parameters = stage.ToDictionary(parameter => parameter.Name, StringComparer.Ordinal);
        Prefix = table.Parameters.FirstOrDefault(parameter =>
            parameter.Name.EndsWith(Embedding, StringComparison.Ordinal)
        )
            is { } embedding
            ? embedding.Name[..^Embedding.Length]
            : throw new UnsupportedModelException("The model has no embedding of tokens, so it cannot be run on them.");
    }

    /// <summary>What the names of the language model begin with: nothing, or <c>language_model.</c> behind towers.</summary>
    public string Prefix { get; }

    /// <summary>The parameters of the language model that no block has asked for.</summary>
    public IEnumerable<string> Unused =>
        _parameters.Keys.Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && !_asked.Contains(name));

    /// <summary>The layers of the decoder that the stage has: the number that the rank gives them, and that in the model.</summary>
    public IEnumerable<(int Local, int Global)> Layers
    {
        get
        {
            string start = Prefix + "decoder.layers.";
            return _parameters
                .Values.Where(own =>
                    own.Parameter.Layer is not null && own.Name.StartsWith(start, StringComparison.Ordinal)
                )
                .Select(own => (Local: Number(own.Name.AsSpan(start.Length)), Global: own.Parameter.Layer!.Value))
                .Distinct()
                .OrderBy(layer => layer.Local);
        }
    }

    /// <summary>True when the rank has a parameter of that name.</summary>
    public bool Has(string name) => _parameters.ContainsKey(FullName(name));

    /// <summary>The provider that describes the layer of a parameter, or null when that is the model's.</summary>
    public ModelProvider? ProviderOf(string prefix) =>
        _parameters
            .Values.FirstOrDefault(own => own.Name.StartsWith(Prefix + prefix, StringComparison.Ordinal))
            ?.Parameter.LayerProvider;

    /// <summary>A matrix <c>[rows, columns]</c>.</summary>
    /// <exception cref="MappingException">The rank, or the source, does not have it.</exception>
    public Weight Matrix(string name)
    {
        Weight weight = Weight.Of(View(name), Map);
        _weights.Add(weight);
        return weight;
    }

    /// <summary>Some of a matrix's rows.</summary>
    /// <exception cref="MappingException">The rank, or the source, does not have it.</exception>
    public Weight Rows(string name, int first, int count)
    {
        Weight weight = Weight.Of(View(name).Slice(0, first, count), Map);
        _weights.Add(weight);
        return weight;
    }

    /// <summary>A vector widened to float32: one row. A matrix becomes as many rows.</summary>
    /// <exception cref="MappingException">The rank, or the source, does not have it.</exception>
    public Matrix Vector(string name)
    {
        TensorView view = View(name);
        int rows = view.Shape.Rank > 1 ? checked((int)view.Shape[0]) : 1;
        Matrix vector = _vectors.Take(rows, checked((int)(view.Shape.ElementCount / rows)));
        view.CastTo(DType.F32).Read(0, MemoryMarshal.AsBytes(vector.Flat));
        return vector;
    }

    /// <summary>A vector of zeros that lives as long as the weights.</summary>
    public Matrix Zeros(int count)
    {
        Matrix vector = _vectors.Take(1, count);
        vector.Clear();
        return vector;
    }

    /// <summary>Whole numbers: a table of experts for each token.</summary>
    public int[] Integers(string name)
    {
        TensorView view = View(name).CastTo(DType.I32);
        int[] numbers = new int[view.Shape.ElementCount];
        view.Read(0, MemoryMarshal.AsBytes(numbers.AsSpan()));
        return numbers;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Weight weight in _weights)
        {
            weight.Dispose();
        }

        foreach (MappedFile file in _files.Values)
        {
            file.Dispose();
        }

        _weights.Clear();
        _files.Clear();
        _vectors.Dispose();
    }

    // What belongs to the language model but stands beside it, such as indexers, has its name as it is.
    private string FullName(string name) =>
        _parameters.ContainsKey(name) && !_parameters.ContainsKey(Prefix + name) ? name : Prefix + name;

    private MappedFile Map(InputFile file)
    {
        if (!_files.TryGetValue(file, out MappedFile? mapped))
        {
            mapped = MappedFile.Open(file);
            _files.Add(file, mapped);
        }

        return mapped;
    }

    private TensorView View(string name)
    {
        string full = FullName(name);
        if (!_parameters.TryGetValue(full, out RankParameter? own))
        {
            throw new MappingException("The model lacks a parameter", [$"{full} is needed, and the rank has none."]);
        }

        _asked.Add(full);
        TensorView whole =
            _source.Find(own.Parameter)
            ?? throw new MappingException("The weights are incomplete", [$"{own.Parameter.Name} is missing."]);
        return own.Cut(WithRows(whole, own.Parameter));
    }

    // A checkpoint may pad its vocabulary differently.
    private static TensorView WithRows(TensorView view, ModelParameter parameter)
    {
        long rows = parameter.Shape.Rank == 0 ? 0 : parameter.Shape[0];
        bool isVocabulary =
            parameter.Name.EndsWith(Embedding, StringComparison.Ordinal)
            || parameter.Name.Contains("output_layer.", StringComparison.Ordinal);
        return !isVocabulary || view.Shape.Rank == 0 || view.Shape[0] == rows ? view
            : view.Shape[0] > rows ? view.Slice(0, 0, rows)
            : view.PadTo(0, rows);
    }

    private static int Number(ReadOnlySpan<char> text) =>
        int.Parse(text[..text.IndexOf('.')], System.Globalization.CultureInfo.InvariantCulture);
}
