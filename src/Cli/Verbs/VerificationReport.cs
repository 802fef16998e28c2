using System.Globalization;
using System.Text.Json;
using MegatronBridge.Cli.Output;
using MegatronBridge.Cpu.Tokenizers;
using MegatronBridge.Cpu.Verification;
using MegatronBridge.Inspection;

namespace MegatronBridge.Cli.Verbs;

/// <summary>What <c>verify</c> has found about two checkpoints.</summary>
internal sealed class VerificationReport(
    Checkpoint left,
    Checkpoint right,
    CheckpointDifference tensors,
    ModelDifference outputs,
    Tokenizer? tokenizer
) : Report
{
    /// <summary>The model that counts as right.</summary>
    public Checkpoint Left => left;

    /// <summary>The model that was checked.</summary>
    public Checkpoint Right => right;

    /// <summary>Where the adapter of the one that counts as right is, or null.</summary>
    public string? LeftAdapter { get; init; }

    /// <summary>Where the adapter of the other one is, or null.</summary>
    public string? RightAdapter { get; init; }

    /// <summary>How their tensors differ.</summary>
    public CheckpointDifference Tensors => tensors;

    /// <summary>How what they compute differs.</summary>
    public ModelDifference Outputs => outputs;

    /// <summary>Relative differences up to this are none.</summary>
    public required double Tolerance { get; init; }

    /// <summary>True when all tensors are the same, and the same follows from them.</summary>
    public bool IsSame => tensors.Result.Differences.Count == 0 && ComputesSame;

    /// <summary>True when the logits are the same within the tolerance.</summary>
    public bool ComputesSame => outputs.LargestRelative <= Tolerance && outputs.SameNext == outputs.Logits.Count;

    /// <summary>Where the models part, or null.</summary>
    public HiddenDifference? Parting => outputs.FirstParting(Tolerance);

    /// <summary>One sentence that says it all.</summary>
    public string Verdict =>
        IsSame ? "The two hold the same model."
        : ComputesSame ? "The tensors are not all the same, but the models compute the same."
        : tensors.Result.Differences.Count == 0
            ? "The tensors are the same, but the models compute something else: their configs differ."
        : "The models differ.";

    /// <inheritdoc/>
    public override ExitCode ExitCode => IsSame ? ExitCode.Done : ExitCode.Different;

    /// <summary>A token as text, or its number without a tokenizer.</summary>
    public string Text(int token) =>
        tokenizer?.Decode([token], skipSpecialTokens: false) is { Length: > 0 } text
            ? $"{token} {JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}"
            : $"{token}";

    /// <summary>A difference as people read it.</summary>
    public static string Format(double number) => number.ToString("g3", CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    protected override void WriteJson(Utf8JsonWriter json)
    {
        json.WriteBoolean("same", IsSame);
        json.WriteString("verdict", Verdict);
        json.WriteString("left", left.Path);
        json.WriteString("left_adapter", LeftAdapter);
        json.WriteString("right", right.Path);
        json.WriteString("right_adapter", RightAdapter);
        json.WriteNumber("tolerance", Tolerance);
        json.WriteStartObject("tensors");
        json.WriteBoolean("mapped", tensors.IsMapped);
        ComparisonText.WriteJson(json, tensors.Result);
        json.WriteEndObject();
        WriteLogits(json);
        json.WriteStartArray("layers");
        foreach (HiddenDifference hidden in outputs.Hidden)
        {
            WriteHidden(json, hidden);
        }

        json.WriteEndArray();
        if (Parting is { } parting)
        {
            json.WritePropertyName("parting");
            WriteHidden(json, parting);
        }
        else
        {
            json.WriteNull("parting");
        }
    }

    /// <inheritdoc/>
    protected override void WriteText(TextWriter text)
    {
        text.WriteLine($"left   {NameOf(left, LeftAdapter)}");
        text.WriteLine($"right  {NameOf(right, RightAdapter)}");
        ComparisonText.WriteText(text, tensors.Result);
        text.WriteLine(
            $"next token the same behind {outputs.SameNext} of {outputs.Logits.Count} tokens; logits differ by at most "
                + $"{Format(outputs.LargestRelative)} of the largest, least cosine {outputs.LeastCosine.ToString("0.000000", CultureInfo.InvariantCulture)}"
        );
        foreach (LogitDifference logit in outputs.Logits.Where(logit => logit.LeftNext != logit.RightNext))
        {
            text.WriteLine(
                Printable.Line(
                    $"  behind {Text(logit.Token)}: {Text(logit.LeftNext)} on the left, {Text(logit.RightNext)} on the right"
                )
            );
        }

        if (outputs.Hidden.Count > 0)
        {
            WriteLayers(text);
        }

        text.WriteLine(Verdict);
    }

    private static string NameOf(Checkpoint checkpoint, string? adapter) =>
        $"{checkpoint.Path}: {checkpoint.Kind}{(adapter is null ? "" : $", with {adapter}")}";

    private void WriteLayers(TextWriter text)
    {
        Columns columns = new("behind", ">largest", ">relative", ">cosine");
        foreach (HiddenDifference hidden in outputs.Hidden)
        {
            columns.Add(
                hidden.Place,
                Format(hidden.Largest),
                Format(hidden.Relative),
                hidden.Cosine.ToString("0.000000", CultureInfo.InvariantCulture)
            );
        }

        columns.WriteTo(text);
        text.WriteLine(
            Parting is { } parting
                ? $"They part behind {parting.Place}."
                : "No block differs by more than the tolerance."
        );
    }

    private void WriteLogits(Utf8JsonWriter json)
    {
        json.WriteStartObject("logits");
        json.WriteNumber("tokens", outputs.Logits.Count);
        json.WriteNumber("same_next", outputs.SameNext);
        JsonNumber.Write(json, "largest_relative", outputs.LargestRelative);
        JsonNumber.Write(json, "least_cosine", outputs.LeastCosine);
        json.WriteStartArray("behind");
        foreach (LogitDifference logit in outputs.Logits)
        {
            json.WriteStartObject();
            json.WriteNumber("token", logit.Token);
            json.WriteNumber("left_next", logit.LeftNext);
            json.WriteNumber("right_next", logit.RightNext);
            JsonNumber.Write(json, "largest", logit.Largest);
            JsonNumber.Write(json, "relative", logit.Relative);
            JsonNumber.Write(json, "cosine", logit.Cosine);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteHidden(Utf8JsonWriter json, HiddenDifference hidden)
    {
        json.WriteStartObject();
        json.WriteNumber("layer", hidden.Layer);
        json.WriteString("part", hidden.Part);
        JsonNumber.Write(json, "largest", hidden.Largest);
        JsonNumber.Write(json, "relative", hidden.Relative);
        JsonNumber.Write(json, "cosine", hidden.Cosine);
        json.WriteEndObject();
    }
}
