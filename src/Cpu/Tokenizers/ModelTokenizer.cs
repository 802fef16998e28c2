using System.Text.Json.Nodes;
using MegatronBridge.Checkpoints;
using MegatronBridge.Config;
using MegatronBridge.Cpu.Chat;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Files;

namespace MegatronBridge.Cpu.Tokenizers;

/// <summary>
/// The tokenizer of a model's folder with what stands beside it: special tokens, ids that end an answer, chat templates. Read from
/// <c>tokenizer.json</c>, <c>tokenizer_config.json</c>, <c>special_tokens_map.json</c>, <c>generation_config.json</c>, <c>config.json</c> and
/// <c>chat_template.jinja</c>; all but the first may be missing.
/// </summary>
public sealed class ModelTokenizer
{
    private const int MaxTemplateBytes = 1 << 20;
    private const string FileName = "tokenizer.json";
    private const string DefaultTemplate = "default";
    private static readonly string[] NamedTokens =
    [
        "bos_token",
        "eos_token",
        "pad_token",
        "unk_token",
        "sep_token",
        "cls_token",
        "mask_token",
    ];

    private readonly Dictionary<string, string> _specialTokens = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Text, string Path)> _templates = new(StringComparer.Ordinal);

    private readonly bool _leavesBosOut;

    private ModelTokenizer(string folder)
    {
        Tokenizer = Tokenizer.FromFile(Path.Combine(folder, FileName));
        JsonObject map = Read(folder, "special_tokens_map.json");
        JsonObject config = Read(folder, "tokenizer_config.json");
        foreach (string name in NamedTokens)
        {
            if ((TokenOf(config[name]) ?? TokenOf(map[name])) is { } token)
            {
                _specialTokens[name] = token;
            }
        }
        AddsBos = IsTrue(config["add_bos_token"]);
        _leavesBosOut = config["add_bos_token"] is not null && !AddsBos;
        AddsEos = IsTrue(config["add_eos_token"]);
        JsonObject generation = Read(folder, "generation_config.json");
        JsonObject model = Read(folder, "config.json");
        BosId =
            Id("bos_token") ?? Ids(generation["bos_token_id"] ?? model["bos_token_id"]).Cast<int?>().FirstOrDefault();
        PadId =
            Id("pad_token") ?? Ids(generation["pad_token_id"] ?? model["pad_token_id"]).Cast<int?>().FirstOrDefault();
        int[] ends = [.. Ids(generation["eos_token_id"] ?? model["eos_token_id"])];
        EosIds = [.. ends.Concat(Id("eos_token") is { } own ? [own] : Array.Empty<int>()).Distinct()];
        ReadTemplates(folder, config);
    }

    /// <summary>Text to ids and back, as <c>tokenizer.json</c> says.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>The token before a text, or null.</summary>
    public string? BosToken => _specialTokens.GetValueOrDefault("bos_token");

    /// <summary>The token after a text, or null.</summary>
    public string? EosToken => _specialTokens.GetValueOrDefault("eos_token");

    /// <summary>Id of the token before a text, or null.</summary>
    public int? BosId { get; }

    /// <summary>Id of the token that fills up, or null.</summary>
    public int? PadId { get; }

    /// <summary>The ids that end an answer: those of <c>generation_config.json</c> or else of the model, and that of the tokenizer.</summary>
    public IReadOnlyList<int> EosIds { get; }

    /// <summary>Whether <c>tokenizer_config.json</c> wants every text to begin with the token before it.</summary>
    public bool AddsBos { get; }

    /// <summary>Whether <c>tokenizer_config.json</c> wants every text to end with the token after it.</summary>
    public bool AddsEos { get; }

    /// <summary>The names of the chat templates; that of the usual one is <c>default</c>.</summary>
    public IReadOnlyCollection<string> ChatTemplateNames => _templates.Keys;

    /// <summary>Reads the tokenizer of a folder.</summary>
    /// <exception cref="BadFileException">A file is missing or broken, or the tokenizer has a component that is not supported.</exception>
    public static ModelTokenizer Open(string folder) => new(folder);

    /// <summary>Reads the tokenizer that lies beside a model; null where no file of it is a <c>tokenizer.json</c>.</summary>
    /// <param name="files">Paths of the tokenizer's files beside the model.</param>
    /// <exception cref="BadFileException">A file is broken, or the tokenizer has a component that is not supported.</exception>
    public static ModelTokenizer? Beside(IEnumerable<string> files) =>
        files.FirstOrDefault(file => Path.GetFileName(file) == FileName) is { } file
            ? Open(Path.GetDirectoryName(file)!)
            : null;

    /// <summary>Makes of the tokenizer that a checkpoint describes what encodes text.</summary>
    /// <exception cref="BadFileException">A file is missing or broken, or the tokenizer has a component that is not supported.</exception>
    /// <exception cref="UnsupportedModelException">The tokenizer is of a kind that is not read: only Hugging Face's are.</exception>
    public static ModelTokenizer Of(MegatronTokenizer tokenizer)
    {
        bool isRead = tokenizer.Type is "HuggingFaceTokenizer" or "MultimodalTokenizer" or "SFTTokenizer";
        if (!isRead || !tokenizer.Files.TryGetValue("tokenizer.json", out string? path))
        {
            throw new UnsupportedModelException(
                $"The checkpoint's tokenizer is a {tokenizer.Type} with "
                    + $"{(tokenizer.Files.Count > 0 ? string.Join(", ", tokenizer.Files.Values) : "no files")}; what encodes text is made of "
                    + "the tokenizer.json of a HuggingFaceTokenizer. Have transformers save it so, and override tokenizer_type and tokenizer_model."
            );
        }

        ModelTokenizer made = Open(Path.GetDirectoryName(path)!);
        if (tokenizer.ChatTemplate is { } template)
        {
            made._templates[DefaultTemplate] = (template, "chat_template");
        }

        return made;
    }

    /// <summary>The chat template of a name, or null when the model has none.</summary>
    /// <exception cref="BadFileException">The template is wrong, or uses something of Jinja that is not supported.</exception>
    public ChatTemplate? ChatTemplate(string name = DefaultTemplate) =>
        _templates.TryGetValue(name, out (string Text, string Path) template)
            ? Chat.ChatTemplate.Parse(template.Text, template.Path, _specialTokens)
            : null;

    /// <summary>
    /// The ids of a text, as <see cref="Tokenizer.Encode"/> gives them; with the tokens before and after it that <c>tokenizer_config.json</c>
    /// asks for where <c>tokenizer.json</c> does not put them itself.
    /// </summary>
    public int[] Encode(string text, bool addSpecialTokens = true)
    {
        int[] ids = Tokenizer.Encode(text, addSpecialTokens);
        if (addSpecialTokens && AddsBos && BosId is { } bos && (ids.Length == 0 || ids[0] != bos))
        {
            ids = [bos, .. ids];
        }
        if (addSpecialTokens && AddsEos && Id("eos_token") is { } eos && (ids.Length == 0 || ids[^1] != eos))
        {
            ids = [.. ids, eos];
        }
        return ids;
    }

    /// <summary>
    /// The ids of a text that a model is to continue: as <see cref="Encode"/> gives them, behind the begin token. Models are trained with one
    /// where their tokenizer names one, also if it leaves it to others to put it there; not where <c>add_bos_token</c> is false, or the token is
    /// that of the end, too.
    /// </summary>
    public int[] EncodePrompt(string text)
    {
        int[] ids = Encode(text);
        return
            Id("bos_token") is { } bos && BosToken != EosToken && !_leavesBosOut && (ids.Length == 0 || ids[0] != bos)
            ? [bos, .. ids]
            : ids;
    }

    private int? Id(string name) => _specialTokens.TryGetValue(name, out string? token) ? Tokenizer.IdOf(token) : null;

    private static string? TokenOf(JsonNode? node) =>
        node switch
        {
            JsonValue value when value.TryGetValue(out string? text) => text,
            JsonObject token => TokenOf(token["content"]),
            _ => null,
        };

    private static bool IsTrue(JsonNode? node) => node is JsonValue value && value.TryGetValue(out bool flag) && flag;

    private static IEnumerable<int> Ids(JsonNode? node) =>
        node switch
        {
            JsonArray list => list.SelectMany(Ids),
            JsonValue value when value.TryGetValue(out int id) && id >= 0 => [id],
            _ => [],
        };

    // Where there are several, a file counts before the config, as transformers has it.
    private void ReadTemplates(string folder, JsonObject config)
    {
        string path = Path.Combine(folder, "tokenizer_config.json");
        if (config["chat_template"] is JsonArray list)
        {
            foreach (JsonObject entry in list.OfType<JsonObject>())
            {
                if (TokenOf(entry["name"]) is { } name && TokenOf(entry["template"]) is { } text)
                {
                    _templates[name] = (text, path);
                }
            }
        }
        else if (TokenOf(config["chat_template"]) is { } text)
        {
            _templates[DefaultTemplate] = (text, path);
        }
        else if (TokenOf(Read(folder, "chat_template.json")["chat_template"]) is { } own)
        {
            _templates[DefaultTemplate] = (own, Path.Combine(folder, "chat_template.json"));
        }
        ReadTemplate(Path.Combine(folder, "chat_template.jinja"), DefaultTemplate);
        string others = Path.Combine(folder, "additional_chat_templates");
        string[] files = Directory.Exists(others) ? Directory.GetFiles(others, "*.jinja") : [];
        foreach (string file in files.Order(StringComparer.Ordinal))
        {
            ReadTemplate(file, Path.GetFileNameWithoutExtension(file));
        }
    }

    private void ReadTemplate(string path, string name)
    {
        if (File.Exists(path))
        {
            using InputFile file = InputFile.Open(path);
            _templates[name] =
                file.Length <= MaxTemplateBytes
                    ? (System.Text.Encoding.UTF8.GetString(file.Read(0, (int)file.Length)), path)
                    : throw new BadFileException(
                        path,
                        $"a chat template has at most {MaxTemplateBytes} bytes, this one has {file.Length}."
                    );
        }
    }

    private static JsonObject Read(string folder, string name)
    {
        string path = Path.Combine(folder, name);
        if (!File.Exists(path))
        {
            return [];
        }
        using InputFile file = InputFile.Open(path);
        return PythonJson.Parse(file.Read(0, (int)Math.Min(file.Length, 1 << 25)), path);
    }
}
