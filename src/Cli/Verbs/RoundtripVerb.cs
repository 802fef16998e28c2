using System.CommandLine;
using System.Text.Json;
using MegatronBridge.Cli.Output;
using MegatronBridge.Cli.Parsing;
using MegatronBridge.Conversion;
using MegatronBridge.Hub;
using MegatronBridge.Storage.Comparison;
using MegatronBridge.Storage.Files;

namespace MegatronBridge.Cli.Verbs;

/// <summary><c>roundtrip</c>: import, export, compare.</summary>
internal sealed class RoundtripVerb : Verb
{
    private readonly TextOption _hfModel = new(
        "--hf-model",
        "MODEL",
        "The Hugging Face model: its folder, or ORG/NAME or ORG/NAME@REV on the Hub, which is downloaded into the cache.",
        "--hf-model-id"
    )
    {
        Required = true,
    };

    private readonly LayoutOptions _layout = new();
    private readonly FormatOption _format = new();
    private readonly SettingsOption _settings = new(
        "Set a field of the Megatron model, by upstream's name, such as should_pad_vocab=true. May be repeated."
    );

    private readonly TextOption _keep = new(
        "--keep",
        "DIR",
        "Keep what is written, in DIR/megatron and DIR/hf. Default: a temporary folder (TMPDIR), removed at the end."
    );

    private readonly HubSettings _hub = new();
    private readonly TransferSettings _transfer = new();

    public RoundtripVerb()
        : base(
            "roundtrip",
            "Imports a model, exports it again and compares every tensor. Exit code 1 when one differs."
        )
    {
        Options.Add(_hfModel);
        _layout.AddTo(this);
        Options.Add(_format);
        Options.Add(_settings);
        Options.Add(_keep);
        _hub.AddTo(this);
        _transfer.AddTo(this);
    }

    /// <inheritdoc/>
    public override string Example => "--hf-model samples/tiny-llama --tp 2 --pp 2";

    /// <inheritdoc/>
    public override async Task<Report> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        string? keep = parsed.GetValue(_keep);
        string named = parsed.GetRequiredValue(_hfModel);
        HubModel model = await _hub.LocateAsync(named, parsed, terminal, _transfer, cancellation);
        ImportOptions options = new()
        {
            HfModel = model.Path,
            HfModelId = model.Id,
            MegatronPath = "",
            Sizes = _layout.Read(parsed),
            Format = parsed.GetValue(_format),
            Settings = parsed.GetRequiredValue(_settings),
            Transfer = _transfer.Read(parsed),
        };
        using RoundTrip trip = new(options, keep);

        Task<T> Step<T>(string label, Func<IProgress<TransferProgress>, CancellationToken, Task<T>> run) =>
            _transfer.RunAsync(label, run, parsed, terminal, cancellation);

        ConversionReport import = await Step("import", trip.ImportAsync);
        ConversionReport export = await Step("export", trip.ExportAsync);
        return new RoundtripResult(import, export, await Step("compare", trip.CompareAsync), keep);
    }

    private sealed class RoundtripResult(
        ConversionReport import,
        ConversionReport export,
        ComparisonResult comparison,
        string? keep
    ) : Report
    {
        public override ExitCode ExitCode => comparison.Differences.Count == 0 ? ExitCode.Done : ExitCode.Different;

        protected override void WriteJson(Utf8JsonWriter json)
        {
            json.WriteString("architecture", import.Architecture);
            json.WriteNumber("parameters", import.ParameterCount);
            json.WriteNumber("import_seconds", Math.Round(import.Elapsed.TotalSeconds, 3));
            json.WriteNumber("export_seconds", Math.Round(export.Elapsed.TotalSeconds, 3));
            json.WriteString("kept", keep);
            ComparisonText.WriteJson(json, comparison);
        }

        protected override void WriteText(TextWriter text)
        {
            text.WriteLine($"{import.Architecture}, {Count.Format(import.ParameterCount)} parameters");
            text.WriteLine($"import {import.Elapsed.TotalSeconds:F2} s, export {export.Elapsed.TotalSeconds:F2} s");
            if (keep is not null)
            {
                text.WriteLine($"kept in {keep}");
            }

            ComparisonText.WriteText(text, comparison);
        }
    }
}
