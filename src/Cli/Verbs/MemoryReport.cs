using System.Text.Json;
using MegatronBridge.Cli.Output;
using MegatronBridge.Estimates;
using MegatronBridge.Layout;

namespace MegatronBridge.Cli.Verbs;

/// <summary>Memory of a layout, stage by stage.</summary>
internal sealed class MemoryReport(string model, TrainingSettings training, MemoryEstimate estimate) : Report
{
    /// <summary>Bytes of a GPU that training may use, or null when nobody said.</summary>
    public long? Usable { get; init; }

    /// <summary>Bytes of the key and value cache on the ranks of each stage.</summary>
    public required IReadOnlyList<long> Cache { get; init; }

    /// <summary>Sequences in that cache.</summary>
    public required int CacheBatch { get; init; }

    private bool Fits => estimate.Largest.Total <= (Usable ?? long.MaxValue);

    /// <inheritdoc/>
    protected override void WriteJson(Utf8JsonWriter json)
    {
        json.WriteString("model", model);
        Write(json, estimate.Parameters);
        json.WritePropertyName("layout");
        Write(json, estimate.Sizes);
        json.WriteNumber("gpus", estimate.Sizes.WorldSize);
        json.WriteNumber("seq_length", training.SequenceLength);
        json.WriteNumber("micro_batch_size", training.MicroBatchSize);
        if (training.Lora is { } lora)
        {
            json.WriteString("peft", AdapterWords.Of(lora.Method));
            json.WriteNumber("lora_rank", lora.Rank);
        }

        json.WriteStartArray("stages");
        foreach (StageMemory stage in estimate.Stages)
        {
            json.WriteStartObject();
            json.WriteNumber("stage", stage.Stage);
            json.WriteNumber("parameters", stage.Parameters);
            json.WriteNumber("expert_parameters", stage.ExpertParameters);
            json.WriteNumber("trainable_parameters", stage.TrainableParameters);
            json.WriteNumber("weights", stage.Weights);
            json.WriteNumber("gradients", stage.Gradients);
            json.WriteNumber("optimizer_state", stage.OptimizerState);
            json.WriteNumber("activations", stage.Activations);
            json.WriteNumber("transient", stage.Transient);
            json.WriteNumber("total", stage.Total);
            JsonNumber.Write(json, "microbatches_in_flight", stage.InFlight.Select(count => (long)count));
            json.WriteNumber("key_value_cache", Cache[stage.Stage]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("total", estimate.Largest.Total);
        if (Usable is { } usable)
        {
            json.WriteNumber("usable", usable);
            json.WriteBoolean("fits", Fits);
        }
    }

    /// <inheritdoc/>
    protected override void WriteText(TextWriter text)
    {
        text.WriteLine($"{model}: {Parameters(estimate.Parameters)}");
        text.WriteLine(
            $"{estimate.Sizes.Describe()}, {estimate.Sizes.WorldSize} GPUs; microbatches of {training.MicroBatchSize} x {training.SequenceLength} tokens"
        );
        if (training.Lora is { } lora)
        {
            string trained = string.Join(
                ", ",
                estimate.Stages.Select(stage => Count.Format(stage.TrainableParameters))
            );
            text.WriteLine(
                $"{AdapterWords.Name(lora.Method)} of rank {lora.Rank}: a rank trains {trained} parameters; the others are frozen"
            );
        }

        text.WriteLine();
        Columns columns = new(
            ">stage",
            ">parameters",
            ">weights",
            ">gradients",
            ">optimizer",
            ">activations",
            ">transient",
            ">total",
            ">under way"
        );
        foreach (StageMemory stage in estimate.Stages)
        {
            columns.Add(
                $"{stage.Stage}",
                Count.Format(stage.Parameters),
                ByteSize.Format(stage.Weights),
                ByteSize.Format(stage.Gradients),
                ByteSize.Format(stage.OptimizerState),
                ByteSize.Format(stage.Activations),
                ByteSize.Format(stage.Transient),
                ByteSize.Format(stage.Total),
                string.Join('+', stage.InFlight)
            );
        }

        columns.WriteTo(text);
        text.WriteLine();
        text.WriteLine(
            $"Generating {CacheBatch} x {training.SequenceLength} tokens keeps {ByteSize.Format(Cache.Max())} on a GPU."
        );
        if (Usable is { } usable)
        {
            long free = usable - estimate.Largest.Total;
            text.WriteLine(
                Fits
                    ? $"It fits: {ByteSize.Format(free)} of {ByteSize.Format(usable)} stay free."
                    : $"It does not fit: stage {estimate.Largest.Stage} needs {ByteSize.Format(-free)} more than {ByteSize.Format(usable)}."
            );
        }
    }

    /// <summary>Counts of parameters, for people.</summary>
    public static string Parameters(ParameterCount count)
    {
        string active = count.Active < count.Total ? $", {Count.Format(count.Active)} active" : "";
        string prediction =
            count.Prediction > 0 ? $", {Count.Format(count.Prediction)} of them for multi-token prediction" : "";
        return $"{count.Total} parameters ({Count.Format(count.Total)}{active}{prediction})";
    }

    /// <summary>Counts of parameters.</summary>
    public static void Write(Utf8JsonWriter json, ParameterCount count)
    {
        json.WriteStartObject("parameters");
        json.WriteNumber("total", count.Total);
        json.WriteNumber("active", count.Active);
        json.WriteNumber("embedding", count.Embedding);
        json.WriteNumber("multi_token_prediction", count.Prediction);
        json.WriteEndObject();
    }

    /// <summary>Sizes of a layout.</summary>
    public static void Write(Utf8JsonWriter json, ParallelSizes sizes)
    {
        json.WriteStartObject();
        json.WriteNumber("tp", sizes.Tp);
        json.WriteNumber("pp", sizes.Pp);
        json.WriteNumber("vp", sizes.Vp);
        json.WriteNumber("ep", sizes.Ep);
        json.WriteNumber("etp", sizes.Etp);
        json.WriteNumber("cp", sizes.Cp);
        json.WriteNumber("dp", sizes.Dp);
        json.WriteEndObject();
    }
}
