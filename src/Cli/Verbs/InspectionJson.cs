using System.Text.Json;
using MegatronBridge.Cli.Output;
using MegatronBridge.Conversion;
using MegatronBridge.Inspection;
using MegatronBridge.Layout;
using MegatronBridge.Quantization;
using MegatronBridge.Storage.Statistics;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Cli.Verbs;

/// <summary>Writes what is in a checkpoint as JSON.</summary>
internal sealed class InspectionJson(
    Utf8JsonWriter json,
    Checkpoint checkpoint,
    IReadOnlyList<TensorStatistics?>? statistics
)
{
    public void Write(bool tensors, bool mapping)
    {
        json.WriteString("path", checkpoint.Path);
        json.WriteString("kind", checkpoint.Kind);
        json.WriteNumber("parameters", checkpoint.ParameterCount);
        json.WriteNumber("bytes", checkpoint.Tensors.Sum(tensor => tensor.View.ByteCount));
        if (checkpoint.Model is { } model)
        {
            WriteModel(model);
        }

        if (checkpoint.Layout is { } layout)
        {
            WriteLayout(layout);
        }

        json.WriteStartArray("files");
        foreach ((string name, long bytes) in checkpoint.Files)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteNumber("bytes", bytes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("quantized");
        for (int i = 0; tensors && i < checkpoint.Quantized.Count; i++)
        {
            WriteQuantized(checkpoint.Quantized[i], statistics?[checkpoint.Tensors.Count + i]);
        }

        json.WriteEndArray();
        json.WriteStartArray("facts");
        foreach ((string name, string value) in checkpoint.Facts)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteString("value", value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (tensors)
        {
            json.WriteStartArray("tensors");
            for (int i = 0; i < checkpoint.Tensors.Count; i++)
            {
                WriteTensor(checkpoint.Tensors[i], statistics?[i]);
            }

            json.WriteEndArray();
        }

        if (mapping && checkpoint.Model is { } mapped)
        {
            WriteMapping(mapped);
        }
    }

    private void WriteModel(ModelIdentity model)
    {
        json.WriteStartObject("model");
        json.WriteString("architecture", model.Architecture);
        json.WriteBoolean("supported", model.Obstacle is null);
        json.WriteString("obstacle", model.Obstacle);
        WriteTexts("faults", model.Faults);
        WriteTexts("left_out", model.Ignored.Select(entry => entry.Name));
        LikenessText.WriteJson(json, model.Likenesses);
        json.WriteEndObject();
    }

    private void WriteLayout(CheckpointLayout layout)
    {
        ParallelSizes sizes = layout.Sizes;
        json.WriteStartObject("layout");
        json.WriteNumber("tp", sizes.Tp);
        json.WriteNumber("pp", sizes.Pp);
        json.WriteNumber("vp", sizes.Vp);
        json.WriteNumber("ep", sizes.Ep);
        json.WriteNumber("etp", sizes.Etp);
        json.WriteString("known_from", layout.Source);
        json.WriteEndObject();
    }

    private void WriteTensor(CheckpointTensor tensor, TensorStatistics? numbers)
    {
        json.WriteStartObject();
        json.WriteString("name", tensor.Name);
        json.WriteString("dtype", tensor.View.DType.TorchName());
        JsonNumber.Write(json, "shape", tensor.View.Shape);
        json.WriteNumber("bytes", tensor.View.ByteCount);
        WriteTexts("files", tensor.Files);
        if (tensor.ChunkGrid is { } grid)
        {
            JsonNumber.Write(json, "chunk_grid", grid.Select(count => (long)count));
        }

        WriteStatistics(numbers);
        json.WriteEndObject();
    }

    private void WriteQuantized(QuantizedTensor tensor, TensorStatistics? numbers)
    {
        json.WriteStartObject();
        json.WriteString("name", tensor.Name);
        json.WriteString("dtype", tensor.View.DType.TorchName());
        JsonNumber.Write(json, "shape", tensor.View.Shape);
        json.WriteString("scheme", tensor.Scheme);
        WriteTexts("parts", tensor.Parts);
        WriteStatistics(numbers);
        json.WriteEndObject();
    }

    private void WriteStatistics(TensorStatistics? numbers)
    {
        if (numbers is not null)
        {
            json.WriteStartObject("stats");
            JsonNumber.Write(json, "mean", numbers.Mean);
            JsonNumber.Write(json, "std", numbers.Std);
            JsonNumber.Write(json, "min", numbers.Min);
            JsonNumber.Write(json, "max", numbers.Max);
            json.WriteNumber("nan", numbers.NanCount);
            json.WriteNumber("inf", numbers.InfinityCount);
            json.WriteNumber("zero", numbers.ZeroCount);
            json.WriteEndObject();
        }
    }

    private void WriteMapping(ModelIdentity model)
    {
        json.WriteStartArray("mapping");
        foreach (Binding binding in model.Mapping)
        {
            json.WriteStartObject();
            json.WriteString("megatron", binding.Parameter.Name);
            json.WriteString("key", binding.Parameter.Key);
            JsonNumber.Write(json, "shape", binding.Parameter.Shape);
            json.WriteString("made_by", binding.Mapping.Kind);
            WriteTexts("hf", binding.HfNames);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteTexts(string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
