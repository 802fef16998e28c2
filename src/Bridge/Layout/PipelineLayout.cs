using System.Globalization;
using System.Text;
using MegatronBridge.Config;

namespace MegatronBridge.Layout;

/// <summary>
/// A pipeline that is written out (<c>pipeline_model_parallel_layout</c>): which layers each stage has, stage by stage,
/// all ranks of the first virtual stage before those of the second.
/// </summary>
/// <remarks>
/// As text, <c>E</c> is the embedding, <c>t</c> a decoder layer, <c>m</c> a multi-token prediction layer, <c>L</c> the loss
/// (last norm and head), <c>|</c> the end of a stage; <c>*4</c> repeats what stands before it, which may be a group in
/// parentheses: <c>Et*4|(tttt|)*14tmL</c>. As lists, the layers are called embedding, decoder, mtp and loss.
/// </remarks>
internal static class PipelineLayout
{
    private const int MostLayers = 1 << 16;

    /// <summary>The stages, each a text of the letters above.</summary>
    /// <exception cref="LayoutException">It is no such layout.</exception>
    public static IReadOnlyList<string> Parse(ConfigValue layout) =>
        layout switch
        {
            ConfigValue.Text text => ParseText(text.Value),
            ConfigValue.List list => [.. list.Items.Select(ParseStage)],
            _ => throw Fault(layout.ToString(), "is neither a text nor a list of lists"),
        };

    private static string[] ParseText(string text)
    {
        text = text.Replace(",", "", StringComparison.Ordinal); // Megatron-Core passes over them
        int position = 0;
        string stages = Sequence(text, ref position, depth: 0);
        return position == text.Length ? stages.Split('|') : throw Fault(text, $"has a ) too much at {position}");
    }

    private static string Sequence(string text, ref int position, int depth)
    {
        StringBuilder sequence = new();
        while (position < text.Length && text[position] != ')')
        {
            char letter = text[position++];
            string item;
            if (letter == '(' && depth < 8)
            {
                item = Sequence(text, ref position, depth + 1);
                position += position < text.Length ? 1 : throw Fault(text, "has a ( that is not closed");
            }
            else
            {
                item = letter is 'E' or 't' or 'm' or 'L' or '|'
                    ? $"{letter}"
                    : throw Fault(text, $"has a {letter} at {position - 1}");
            }

            int times = Times(text, ref position);
            if (sequence.Length + ((long)item.Length * times) > MostLayers)
            {
                throw Fault(text, $"has more than {MostLayers} layers");
            }

            sequence.Insert(sequence.Length, item, times);
        }

        return sequence.ToString();
    }

    private static int Times(string text, ref int position)
    {
        if (position == text.Length || text[position] != '*')
        {
            return 1;
        }

        int digits = text.AsSpan(++position).IndexOfAnyExceptInRange('0', '9');
        digits = digits < 0 ? text.Length - position : digits;
        if (
            !int.TryParse(text.AsSpan(position, digits), NumberStyles.None, CultureInfo.InvariantCulture, out int times)
        )
        {
            throw Fault(text, $"has no number behind the * at {position - 1}");
        }

        position += digits;
        return times;
    }

    private static string ParseStage(ConfigValue stage) =>
        stage is ConfigValue.List layers
            ? string.Concat(layers.Items.Select(layer => Letter(layer)))
            : throw Fault(stage.ToString(), "is no list of layers");

    private static char Letter(ConfigValue layer) =>
        (layer as ConfigValue.Text)?.Value switch
        {
            "embedding" => 'E',
            "decoder" => 't',
            "mtp" => 'm',
            "loss" => 'L',
            _ => throw Fault(layer.ToString(), "is no layer; layers are embedding, decoder, mtp, loss"),
        };

    private static LayoutException Fault(string text, string fault) =>
        new($"pipeline_model_parallel_layout: \"{text}\" {fault}. An example is Et*4|(tttt|)*14tmL.");
}
