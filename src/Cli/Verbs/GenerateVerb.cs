using System.CommandLine;
using MegatronBridge.Cli.Errors;
using MegatronBridge.Cli.Output;
using MegatronBridge.Cli.Parsing;
using MegatronBridge.Cpu;
using MegatronBridge.Cpu.Chat;
using MegatronBridge.Cpu.Generation;
using MegatronBridge.Cpu.Tokenizers;
using MegatronBridge.Families;
using MegatronBridge.Hub;
using MegatronBridge.Ranks.Mpi;
using MegatronBridge.Storage;

namespace MegatronBridge.Cli.Verbs;

/// <summary><c>generate</c>: what does the model say?</summary>
internal sealed class GenerateVerb : Verb
{
    private readonly TextOption _model = new(
        "--model",
        "MODEL",
        "A Hugging Face folder, a Megatron checkpoint (torch_dist or legacy torch), or ORG/NAME or ORG/NAME@REV on the Hub.",
        "--hf-model",
        "--hf-model-id",
        "--megatron-path"
    )
    {
        Required = true,
    };

    private readonly TextOption _adapter = new(
        "--adapter",
        "DIR",
        "An adapter of the model, merged into the weights as they are loaded: a folder of the library peft, or a Megatron checkpoint of "
            + "adapters."
    );

    private readonly TextsOption _prompts = new("--prompt", "TEXT", "Text to continue. May be repeated.");
    private readonly NumbersOption _promptTokens = new(
        "--prompt-tokens",
        "Numbers of tokens to continue; a model without a tokenizer takes nothing else.",
        least: 0
    );

    private readonly FlagOption _chat = new(
        "--chat",
        "Take each prompt as what a user says, in the form that the model's chat template gives it."
    );

    private readonly TextOption _system = new("--system", "TEXT", "What the system says first, with --chat.");
    private readonly TextOption _tokenizer = new(
        "--tokenizer",
        "DIR",
        "A folder with tokenizer.json. Default: the one beside the weights."
    );

    private readonly SamplingOptions _sampling = new();
    private readonly LayoutOptions _layout = new();
    private readonly HubSettings _hub = new();
    private readonly TransferSettings _transfer = new();

    public GenerateVerb()
        : base(
            "generate",
            "Runs a model on the CPU, from either format and in any layout, and writes how it continues text. Ranks are threads, or the "
                + "processes that mpirun starts."
        )
    {
        AddOptions(_model, _adapter, _prompts, _promptTokens, _chat, _system, _tokenizer);

        _sampling.AddTo(this);
        _layout.AddTo(this);
        _hub.AddTo(this);
        _transfer.AddTo(this);
    }

    /// <inheritdoc/>
    public override string Example => "--model samples/tiny-llama --prompt \"Call me Ishmael.\" --max-tokens 40";

    /// <inheritdoc/>
    public override async Task<Report> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        RequirePrompt(parsed);
        HubModel located = await _hub.LocateAsync(
            parsed.GetRequiredValue(_model),
            parsed,
            terminal,
            _transfer,
            cancellation
        );
        using ModelFolder folder = ModelFolder.Open(
            located.Path,
            _layout.Read(parsed),
            adapter: parsed.GetValue(_adapter)
        );
        WriteWarnings(
            [.. folder.Losses.Select(loss => $"{loss}; it runs as that."), .. folder.Adapter?.Warnings ?? []],
            terminal
        );
        ModelTokenizer? tokenizer = ReadTokenizer(parsed, folder);
        IReadOnlyList<Prompt> prompts = [.. ReadPrompts(parsed, tokenizer, folder)];
        GenerationReport report = new(folder, prompts, terminal, parsed.GetValue<bool>("--json"))
        {
            Adapter = parsed.GetValue(_adapter),
        };
        await Task.Run(
            () =>
                report.Generate(
                    new(folder, tokenizer?.Tokenizer) { Threads = _transfer.ReadThreads(parsed) },
                    _sampling.Read(parsed, tokenizer?.EosIds ?? []),
                    cancellation
                ),
            cancellation
        );
        return MpiLaunch.Rank == 0 ? report : new NoReport();
    }

    private void RequirePrompt(ParseResult parsed)
    {
        List<string> faults = [];
        if (parsed.GetRequiredValue(_prompts).Count == 0 && parsed.GetValue(_promptTokens) is null)
        {
            faults.Add("Which text shall the model continue? Give --prompt TEXT.");
        }

        if (parsed.GetValue(_system) is not null && !parsed.GetValue(_chat))
        {
            faults.Add("--system is for conversations; add --chat.");
        }

        if (faults.Count > 0)
        {
            throw new UsageException($"{CommandLine.Name} {Name}", faults);
        }
    }

    private ModelTokenizer? ReadTokenizer(ParseResult parsed, ModelFolder folder) =>
        parsed.GetValue(_tokenizer) is { } path
            ? ModelTokenizer.Open(path)
            : ModelTokenizer.Beside(folder.TokenizerFiles);

    private IEnumerable<Prompt> ReadPrompts(ParseResult parsed, ModelTokenizer? tokenizer, ModelFolder folder)
    {
        if (parsed.GetValue(_promptTokens) is { } tokens)
        {
            int size = folder.Provider.VocabSize;
            foreach (int token in tokens.Where(token => token >= size).Take(1))
            {
                throw new BadFileException(
                    folder.Path,
                    $"Token {token} is not of the vocabulary, which has 0 to {size - 1}."
                );
            }

            yield return new(null, tokens);
        }

        foreach (string text in parsed.GetRequiredValue(_prompts))
        {
            if (tokenizer is null)
            {
                throw new BadFileException(
                    folder.Path,
                    "there is no tokenizer.json beside the model. Name a folder that has it with --tokenizer, or give --prompt-tokens."
                );
            }

            yield return parsed.GetValue(_chat)
                ? new(text, Conversation(text, parsed.GetValue(_system), tokenizer, folder))
                : new(text, tokenizer.EncodePrompt(text));
        }
    }

    private static int[] Conversation(string text, string? system, ModelTokenizer tokenizer, ModelFolder folder)
    {
        ChatTemplate template =
            tokenizer.ChatTemplate()
            ?? throw new BadFileException(
                folder.Path,
                "the model has no chat template, so it is hardly made for conversations. Leave --chat out."
            );
        ChatMessage[] messages = [new("user", text)];
        return tokenizer.Encode(
            template.Render(system is null ? messages : [new("system", system), .. messages]),
            addSpecialTokens: false
        );
    }
}
