using System.Text.Json.Nodes;
using MegatronBridge.Conversion;
using MegatronBridge.Quantization;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.HuggingFace;

namespace MegatronBridge.Tools;

/// <summary>A Hugging Face model that one of the tools is about to write: planned and checked, not yet on the disk.</summary>
public sealed class ModelRewrite : IConversion
{
    private readonly ToolOptions _options;
    private readonly HfFolder? _original;
    private readonly HfOutput _output;
    private readonly JsonObject? _config;
    private readonly bool _isQuantized;

    /// <summary>Plans it.</summary>
    /// <param name="options">Where it goes.</param>
    /// <param name="original">The model whose config and side files are taken over, or null; it is disposed of with this.</param>
    /// <param name="output">The files with tensors.</param>
    /// <param name="config">The config.json; null for that of the original.</param>
    /// <param name="report">What will be done; files and what is not copied are added.</param>
    /// <param name="isQuantized">False when nothing is stored as codes any more, so that what describes them is left out.</param>
    internal ModelRewrite(
        ToolOptions options,
        HfFolder? original,
        HfOutput output,
        JsonObject? config,
        ConversionReport report,
        bool isQuantized = true
    )
    {
        _isQuantized = isQuantized;
        _options = options;
        _original = original;
        _output = output;
        _config = config;
        Report = report with
        {
            Files = [.. output.Files.Select(file => KeyValuePair.Create(file.Name, file.Length))],
            Notes = [.. report.Notes, .. NotCopied()],
        };
    }

    /// <summary>What will be done.</summary>
    public ConversionReport Report { get; }

    /// <summary>Checks the target alone: worth it before a model is downloaded.</summary>
    /// <exception cref="Storage.BadFileException">The target may not be written.</exception>
    public static void CheckTarget(ToolOptions options, string? source)
    {
        if (source is null)
        {
            OutputFolder.Check(options.HfPath, options.Overwrite, IsOurs);
        }
        else
        {
            OutputFolder.Check(options.HfPath, source, options.Overwrite, IsOurs);
        }
    }

    /// <summary>Writes the model. Until the last moment nothing is at the target; when this fails, nothing remains.</summary>
    /// <exception cref="Storage.BadFileException">A source ends early, or the disk is full.</exception>
    public async Task<ConversionReport> RunAsync(
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        (string Source, string Name)[] sideFiles = [.. SideFileNames().Select(name => (_original!.PathOf(name), name))];
        OutputFolder.RequireSpace(_options.HfPath, _output.Files, sideFiles.Select(file => file.Source));
        using StagedDirectory staged = StagedDirectory.Create(_options.HfPath, _options.Overwrite);
        TransferResult result = await TransferEngine
            .RunAsync(_output.Files, _output.FolderIn(staged), _options.Transfer, progress, cancellation)
            .ConfigureAwait(false);
        _output.Finish(staged, sideFiles, _config);
        cancellation.ThrowIfCancellationRequested();
        staged.Commit();
        return Report with { Bytes = result.Bytes, Elapsed = result.Elapsed };
    }

    /// <inheritdoc/>
    public void Dispose() => _original?.Dispose();

    private static bool IsOurs(string name) => name == QuantizationConfig.ModelOptFileName || HfOutput.IsOurs(name);

    private IEnumerable<string> SideFileNames() =>
        _original is null ? [] : _original.FileNames.Where(name => IsSideFile(name) && !IsWritten(name));

    private bool IsSideFile(string name) =>
        name == HfFolder.ConfigName
        || (_isQuantized && name == QuantizationConfig.ModelOptFileName)
        || SideFiles.IsTokenizer(name)
        || SideFiles.IsModel(name);

    private bool IsWritten(string name) => _config is not null && name == HfFolder.ConfigName;

    private IEnumerable<string> NotCopied()
    {
        string[] others =
        [
            .. (_original?.FileNames ?? []).Where(name => !IsOurs(name)),
            .. _original?.OtherComponents.Select(name => name + "/") ?? [],
        ];
        if (others.Length > 0)
        {
            yield return $"Not copied, because a model does not need them: {string.Join(", ", others)}.";
        }
    }
}
