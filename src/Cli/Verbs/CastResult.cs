using System.Text.Json;
using MegatronBridge.Cli.Output;
using MegatronBridge.Storage.Statistics;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tools;

namespace MegatronBridge.Cli.Verbs;

/// <summary>Prints what a cast has done, or would do.</summary>
internal sealed class CastResult(CastReport report, bool isDryRun) : Report
{
    private const int NamesShown = 5;

    private readonly ConversionResult _conversion = new("cast", report.Conversion, isDryRun);

    /// <inheritdoc/>
    protected override void WriteJson(Utf8JsonWriter json)
    {
        _conversion.WriteMembers(json);
        json.WriteStartArray("kept");
        foreach (KeptTensor kept in report.Kept)
        {
            json.WriteStartObject();
            json.WriteString("name", kept.Name);
            json.WriteString("dtype", kept.DType.TorchName());
            json.WriteString("reason", kept.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (report.Count is not { } count)
        {
            return;
        }

        json.WriteStartObject("numbers");
        json.WriteNumber("read", count.Elements);
        json.WriteNumber("overflowed", count.Overflowed);
        json.WriteNumber("vanished", count.Vanished);
        json.WriteNumber("nan", count.NanCount);
        json.WriteNumber("infinite", count.InfinityCount);
        json.WriteEndObject();
        json.WriteStartObject("overflows");
        foreach ((string name, long overflowed) in report.Overflows)
        {
            json.WriteNumber(name, overflowed);
        }

        json.WriteEndObject();
    }

    /// <inheritdoc/>
    protected override void WriteText(TextWriter text)
    {
        _conversion.WriteLines(text);
        foreach (var alike in report.Kept.GroupBy(kept => (kept.DType, kept.Reason)))
        {
            string names = string.Join(", ", alike.Take(NamesShown).Select(kept => kept.Name));
            string more = alike.Count() > NamesShown ? ", ..." : "";
            text.WriteLine(
                Printable.Line(
                    $"Kept {alike.Count()} tensors of {alike.Key.DType.TorchName()}: {names}{more}: {alike.Key.Reason}"
                )
            );
        }

        if (report.Count is { Elements: > 0 } count)
        {
            WriteCount(text, count);
        }
    }

    private void WriteCount(TextWriter text, CastCount count)
    {
        text.WriteLine(
            $"Of {Count.Format(count.Elements)} numbers {count.Overflowed} became infinite, {count.Vanished} became zero; "
                + $"{count.NanCount} are NaN and {count.InfinityCount} infinite, as before."
        );
        foreach ((string name, long overflowed) in report.Overflows)
        {
            text.WriteLine(Printable.Line($"  {name}: {overflowed} became infinite"));
        }
    }
}
