using System.Globalization;
using System.Text.Json;
using MegatronBridge.Cli.Output;
using MegatronBridge.Cpu;
using MegatronBridge.Cpu.Generation;

namespace MegatronBridge.Cli.Verbs;

/// <summary>What a model has generated: text appears while it is made, JSON at the end.</summary>
internal sealed class GenerationReport(
    ModelFolder folder,
    IReadOnlyList<Prompt> prompts,
    Terminal terminal,
    bool asJson
) : Report
{
    private IReadOnlyList<GeneratedText> _results = [];
    private int _shown = -1; // the prompt whose continuation is being written

    /// <summary>Where the adapter is that the model was run with, or null.</summary>
    public string? Adapter { get; init; }

    /// <summary>Generates, and writes text as soon as it is certain.</summary>
    public void Generate(RankedGeneration generation, GenerationOptions options, CancellationToken cancellation)
    {
        using StreamWriter text = terminal.OpenText();
        _results = generation.Run(
            [.. prompts.Select(prompt => prompt.Tokens)],
            options,
            asJson ? null : (number, piece) => Show(text, number, piece),
            cancellation
        );
    }

    /// <inheritdoc/>
    protected override void WriteJson(Utf8JsonWriter json)
    {
        json.WriteString("model", folder.Path);
        if (Adapter is not null)
        {
            json.WriteString("adapter", Adapter);
        }

        json.WriteStartArray("results");
        foreach ((Prompt prompt, GeneratedText result) in prompts.Zip(_results))
        {
            json.WriteStartObject();
            json.WriteString("prompt", prompt.Text);
            JsonNumber.Write(json, "prompt_tokens", prompt.Tokens.Select(token => (long)token));
            json.WriteString("text", result.Text);
            JsonNumber.Write(json, "tokens", result.Tokens.Select(token => (long)token));
            json.WriteNumber("cache_bytes", result.Statistics.CacheBytes);
            json.WriteNumber("prompt_seconds", result.Statistics.PromptTime.TotalSeconds);
            json.WriteNumber("decode_seconds", result.Statistics.DecodeTime.TotalSeconds);
            json.WriteNumber("prompt_tokens_per_second", Math.Round(result.Statistics.PromptTokensPerSecond, 2));
            json.WriteNumber("decode_tokens_per_second", Math.Round(result.Statistics.DecodeTokensPerSecond, 2));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <inheritdoc/>
    protected override void WriteText(TextWriter text)
    {
        foreach ((int number, GeneratedText result) in _results.Index())
        {
            if (result.Text is null)
            {
                Show(text, number, string.Join(",", result.Tokens));
            }
        }

        text.WriteLine();
        int tokens = _results.Sum(result => result.Statistics.NewTokens);
        double decode = _results.Sum(result => result.Statistics.DecodeTime.TotalSeconds);
        double prompt = _results.Sum(result => result.Statistics.PromptTime.TotalSeconds);
        int given = _results.Sum(result => result.Statistics.PromptTokens);
        int later = _results.Sum(result => Math.Max(0, result.Statistics.NewTokens - 1));
        terminal.Error.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{CommandLine.Name}: {given} tokens read at {Rate(given, prompt)}, {tokens} tokens made at {Rate(later, decode)}"
            )
        );
    }

    private static string Rate(int tokens, double seconds) =>
        seconds > 0 ? string.Create(CultureInfo.InvariantCulture, $"{tokens / seconds:0.0} tokens/s") : "no rate";

    private void Show(TextWriter text, int number, string piece)
    {
        if (_shown != number && prompts.Count > 1)
        {
            text.Write($"{(_shown < 0 ? "" : "\n\n")}> {Printable.Line(prompts[number].Text ?? "")}\n");
        }

        _shown = number;
        text.Write(Printable.Lines(piece));
        text.Flush();
    }
}
