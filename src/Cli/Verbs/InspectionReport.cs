using System.Text.Json;
using MegatronBridge.Cli.Output;
using MegatronBridge.Conversion;
using MegatronBridge.Inspection;
using MegatronBridge.Quantization;
using MegatronBridge.Storage.Statistics;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Cli.Verbs;

/// <summary>Prints what is in a checkpoint.</summary>
internal sealed class InspectionReport(Checkpoint checkpoint, IReadOnlyList<TensorStatistics?>? statistics) : Report
{
    private const int FaultsShown = 20;

    private static readonly string[] StatisticsHeads = [">mean", ">std", ">min", ">max", ">nan", ">inf"];

    /// <summary>Whether each tensor gets a line.</summary>
    public required bool ListsTensors { get; init; }

    /// <summary>Whether each parameter of the mapping gets a line.</summary>
    public required bool ListsMapping { get; init; }

    private IEnumerable<(DType DType, int Tensors, long Bytes)> Types =>
        checkpoint
            .Tensors.GroupBy(tensor => tensor.View.DType)
            .Select(type => (type.Key, type.Count(), type.Sum(tensor => tensor.View.ByteCount)))
            .OrderByDescending(type => type.Item3);

    /// <inheritdoc/>
    protected override void WriteJson(Utf8JsonWriter json) =>
        new InspectionJson(json, checkpoint, statistics).Write(ListsTensors, ListsMapping);

    /// <inheritdoc/>
    protected override void WriteText(TextWriter text)
    {
        WriteFacts(text);
        if (checkpoint.Model is { } model)
        {
            WriteFaults(text, model);
            LikenessText.WriteText(text, model, checkpoint.Path);
            if (ListsMapping)
            {
                WriteMapping(text, model);
            }
        }

        if (ListsTensors && checkpoint.Quantized.Count > 0)
        {
            WriteQuantized(text);
        }

        if (ListsTensors && checkpoint.Tensors.Count > 0)
        {
            WriteTensors(text);
        }
    }

    private void WriteFacts(TextWriter text)
    {
        text.WriteLine($"{checkpoint.Path}: {checkpoint.Kind}");
        Columns facts = new("", "");
        if (checkpoint.Model is { } model)
        {
            facts.Add("model", Describe(model));
        }

        if (checkpoint.Layout is { } layout)
        {
            facts.Add("layout", $"{layout.Sizes.Describe()} ({layout.Source})");
        }

        facts.Add("parameters", Count.Format(checkpoint.ParameterCount));
        foreach ((DType dtype, int tensors, long bytes) in Types)
        {
            facts.Add(dtype.TorchName(), $"{tensors} tensors, {ByteSize.Format(bytes)}");
        }

        facts.Add("files", $"{checkpoint.Files.Count}, {ByteSize.Format(checkpoint.Files.Sum(file => file.Value))}");
        foreach (var scheme in checkpoint.Quantized.GroupBy(tensor => tensor.Scheme))
        {
            facts.Add("quantized", $"{scheme.Count()} tensors: {scheme.Key}");
        }

        foreach ((string name, string value) in checkpoint.Facts)
        {
            facts.Add(name, value);
        }

        facts.WriteTo(text);
    }

    private static string Describe(ModelIdentity model) =>
        model switch
        {
            { Family: null, Likenesses: [var nearest, ..] } =>
                $"{model.Architecture ?? "no architecture in config.json"}, not supported; nearest is {nearest.Family.Architecture}",
            { Obstacle: { } obstacle } => obstacle,
            { Faults.Count: > 0 } => $"{model.Architecture}; {model.Faults.Count} tensors do not fit its config",
            _ => $"{model.Architecture}; complete",
        };

    private static void WriteFaults(TextWriter text, ModelIdentity model)
    {
        foreach (string fault in model.Faults.Take(FaultsShown))
        {
            text.WriteLine(Printable.Line($"  {fault}"));
        }

        if (model.Faults.Count > FaultsShown)
        {
            text.WriteLine($"  ... and {model.Faults.Count - FaultsShown} more");
        }

        foreach (IgnoredEntry entry in model.Ignored)
        {
            text.WriteLine(Printable.Line($"  a conversion leaves out {entry.Name}: {entry.Reason}"));
        }
    }

    private static void WriteMapping(TextWriter text, ModelIdentity model)
    {
        text.WriteLine();
        Columns mapping = new("Megatron parameter", "shape", "made by", "of Hugging Face tensors");
        foreach (Binding binding in model.Mapping)
        {
            mapping.Add(
                binding.Parameter.Name,
                $"{binding.Parameter.Shape}",
                binding.Mapping.Kind,
                string.Join(", ", binding.HfNames)
            );
        }

        mapping.WriteTo(text);
    }

    private void WriteQuantized(TextWriter text)
    {
        text.WriteLine();
        Columns tensors = new([
            "quantized tensor",
            "is",
            "shape",
            .. statistics is null ? (ReadOnlySpan<string>)[] : StatisticsHeads,
            "stored as",
        ]);
        for (int i = 0; i < checkpoint.Quantized.Count; i++)
        {
            QuantizedTensor tensor = checkpoint.Quantized[i];
            tensors.Add([
                tensor.Name,
                tensor.View.DType.TorchName(),
                $"{tensor.View.Shape}",
                .. statistics is null ? [] : Cells(statistics[checkpoint.Tensors.Count + i]),
                tensor.Scheme,
            ]);
        }

        tensors.WriteTo(text);
    }

    private void WriteTensors(TextWriter text)
    {
        text.WriteLine();
        bool isCut = checkpoint.Tensors.Any(tensor => tensor.ChunkGrid is not null);
        Columns tensors = new([
            "tensor",
            "dtype",
            "shape",
            ">bytes",
            .. isCut ? (ReadOnlySpan<string>)["chunks"] : [],
            .. statistics is null ? (ReadOnlySpan<string>)[] : StatisticsHeads,
            "in",
        ]);
        for (int i = 0; i < checkpoint.Tensors.Count; i++)
        {
            CheckpointTensor tensor = checkpoint.Tensors[i];
            tensors.Add([
                tensor.Name,
                tensor.View.DType.TorchName(),
                $"{tensor.View.Shape}",
                $"{tensor.View.ByteCount}",
                .. isCut ? (string[])[string.Join('x', tensor.ChunkGrid ?? [])] : [],
                .. statistics is null ? [] : Cells(statistics[i]),
                tensor.Files.Count == 1 ? tensor.Files[0] : $"{tensor.Files.Count} files",
            ]);
        }

        tensors.WriteTo(text);
    }

    private static string[] Cells(TensorStatistics? numbers) =>
        numbers is null
            ? ["", "", "", "", "", ""]
            :
            [
                $"{numbers.Mean:G5}",
                $"{numbers.Std:G5}",
                $"{numbers.Min:G5}",
                $"{numbers.Max:G5}",
                $"{numbers.NanCount}",
                $"{numbers.InfinityCount}",
            ];
}
