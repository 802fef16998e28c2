using System.Text.Json;
using MegatronBridge.Cpu.Tokenizers.Added;
using MegatronBridge.Cpu.Tokenizers.Decoders;
using MegatronBridge.Cpu.Tokenizers.Models;
using MegatronBridge.Cpu.Tokenizers.Normalizers;
using MegatronBridge.Cpu.Tokenizers.PostProcessors;
using MegatronBridge.Cpu.Tokenizers.PreTokenizers;
using MegatronBridge.Cpu.Tokenizers.Unicode;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Files;

namespace MegatronBridge.Cpu.Tokenizers;

/// <summary>
/// Turns text into token ids and back, as <c>tokenizer.json</c> says and exactly as the reference library, huggingface/tokenizers, does.
/// Safe for several threads.
/// </summary>
public sealed class Tokenizer
{
    private const long MaxBytes = 512L << 20;
    private const int MaxDepth = 64;

    private readonly INormalizer? _normalizer;
    private readonly IPreTokenizer? _preTokenizer;
    private readonly IModel _model;
    private readonly IPostProcessor? _postProcessor;
    private readonly IDecoder? _decoder;
    private readonly AddedVocabulary _added;

    private Tokenizer(JsonPart root)
    {
        _normalizer = root["normalizer"] is { IsNull: false } normalizer ? NormalizerReader.Read(normalizer) : null;
        _preTokenizer = root["pre_tokenizer"] is { IsNull: false } splitter ? PreTokenizerReader.Read(splitter) : null;
        _postProcessor = root["post_processor"] is { IsNull: false } processor
            ? PostProcessorReader.Read(processor)
            : null;
        _decoder = root["decoder"] is { IsNull: false } decoder ? DecoderReader.Read(decoder) : null;
        _model = ModelReader.Read(root["model"]);
        IEnumerable<JsonPart> added = root["added_tokens"] is { IsNull: false } tokens ? tokens.Items() : [];
        _added = new AddedVocabulary(added.Select(AddedToken.Read), _model.Vocabulary, _normalizer);
        Notes =
        [
            .. new[] { "truncation", "padding" }
                .Where(key => !root[key].IsNull)
                .Select(key => $"'{key}' is not applied: texts are encoded whole, one by one."),
        ];
    }

    /// <summary>What the file asks for and this tokenizer does not do, one sentence each.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>How many tokens there are, the added ones too.</summary>
    public int VocabularyCount => _model.Vocabulary.Count + _added.CountBeyond(_model.Vocabulary);

    /// <summary>Reads a <c>tokenizer.json</c>.</summary>
    /// <exception cref="BadFileException">It is no such file, or has a component that is not supported; the message names it.</exception>
    public static Tokenizer FromFile(string path)
    {
        using InputFile file = InputFile.Open(path);
        return file.Length <= MaxBytes
            ? Parse(file.Read(0, (int)file.Length), path)
            : throw new BadFileException(
                path,
                $"a tokenizer has at most {MaxBytes} bytes, this one has {file.Length}."
            );
    }

    /// <summary>Reads the contents of a <c>tokenizer.json</c>; <paramref name="path"/> is for messages.</summary>
    /// <exception cref="BadFileException">It is no such file, or has a component that is not supported; the message names it.</exception>
    public static Tokenizer Parse(ReadOnlyMemory<byte> utf8, string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = MaxDepth });
            return new Tokenizer(new JsonPart(document.RootElement, path, ""));
        }
        catch (JsonException e)
        {
            throw new BadFileException(path, $"not valid JSON: {e.Message}", e);
        }
        catch (InvalidOperationException e)
        {
            throw new BadFileException(path, $"a text has bytes or an escape that is no character: {e.Message}", e);
        }
    }

    /// <summary>The ids of a text, with those that the model wants before and after it unless they are not wanted.</summary>
    /// <exception cref="BadFileException">The text needs an unknown token that the vocabulary lacks, or a regular expression fails on it.</exception>
    public int[] Encode(string text, bool addSpecialTokens = true)
    {
        text = CodePoints.WellFormed(text);
        var ids = new List<int>(text.Length / 3 + 8);
        foreach (AddedTokenFinder.Part part in _added.Plain.Find(text))
        {
            if (part.Id >= 0)
            {
                ids.Add(part.Id);
            }
            else
            {
                EncodeNormalized(text[part.Start..part.End], part.Start == 0, ids);
            }
        }
        return [.. addSpecialTokens && _postProcessor is not null ? _postProcessor.Apply(ids) : ids];
    }

    /// <summary>The text of ids. Ids that no token has are left out, special tokens where that is asked for.</summary>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = true)
    {
        var tokens = new List<string>(ids.Length);
        foreach (int id in ids)
        {
            string? known = _added.DecodedOf(id) ?? _model.Vocabulary.TokenOf(id);
            if (known is { } token && !(skipSpecialTokens && _added.IsSpecial(token)))
            {
                tokens.Add(token);
            }
        }
        return _decoder is null ? string.Join(' ', tokens) : string.Concat(_decoder.Apply(tokens));
    }

    /// <summary>Decodes ids as they come, giving out whole characters only.</summary>
    public StreamingDecoder DecodeStream(bool skipSpecialTokens = true) => new(this, skipSpecialTokens);

    /// <summary>The id of a token as the vocabulary spells it, or null.</summary>
    public int? IdOf(string token) => _added.IdOf(token) ?? _model.Vocabulary.IdOf(token);

    /// <summary>The token of an id as the vocabulary spells it, or null.</summary>
    public string? TokenOf(int id) => _added.TokenOf(id) ?? _model.Vocabulary.TokenOf(id);

    private void EncodeNormalized(string text, bool atStart, List<int> ids)
    {
        string normal = _normalizer?.Apply(text, ref atStart) ?? text;
        foreach (AddedTokenFinder.Part part in _added.Normalized.Find(normal))
        {
            if (part.Id >= 0)
            {
                ids.Add(part.Id);
                continue;
            }
            var pieces = new PieceText(normal[part.Start..part.End], atStart && part.Start == 0);
            _preTokenizer?.Apply(pieces);
            foreach (Piece piece in pieces.Pieces)
            {
                _model.Tokenize(pieces[piece], ids);
            }
        }
    }
}
