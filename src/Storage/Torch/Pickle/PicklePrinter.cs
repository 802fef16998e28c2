using System.Globalization;
using System.Text;

namespace MegatronBridge.Storage.Torch.Pickle;

/// <summary>Prints values for people: bounded in depth, width and length, since graphs may be deep, huge or circular.</summary>
internal static class PicklePrinter
{
    private const int MaxDepth = 4;
    private const int MaxItems = 8;
    private const int MaxTextLength = 60;

    public static string Print(PickleValue value)
    {
        StringBuilder output = new();
        Print(value, output, 0);
        return output.ToString();
    }

    private static void Print(PickleValue value, StringBuilder output, int depth)
    {
        switch (value)
        {
            case PickleNone:
                output.Append("None");
                break;
            case PickleBool boolean:
                output.Append(boolean.Value ? "True" : "False");
                break;
            case PickleInt { Value: var number }:
                // Decimal digits of a huge number would take quadratic time.
                output.Append(number.GetBitLength() <= 256 ? $"{number}" : $"<int of {number.GetBitLength()} bits>");
                break;
            case PickleFloat number:
                output.Append(number.Value.ToString("R", CultureInfo.InvariantCulture));
                break;
            case PickleText { Value: var text }:
                output
                    .Append('\'')
                    .Append(text.Length <= MaxTextLength ? text : text[..MaxTextLength] + "...")
                    .Append('\'');
                break;
            case PickleBytes bytes:
                output.Append(CultureInfo.InvariantCulture, $"<{bytes.Value.Length} bytes>");
                break;
            case PickleGlobal global:
                output.Append(global.Module).Append('.').Append(global.Name);
                break;
            default:
                if (depth == MaxDepth)
                {
                    output.Append("...");
                }
                else
                {
                    PrintContainer(value, output, depth + 1);
                }

                break;
        }
    }

    private static void PrintContainer(PickleValue value, StringBuilder output, int depth)
    {
        switch (value)
        {
            case PickleList list:
                PrintItems("[", list.Items, "]", output, depth);
                break;
            case PickleTuple { Items.Count: 1 } tuple:
                PrintItems("(", tuple.Items, ",)", output, depth);
                break;
            case PickleTuple tuple:
                PrintItems("(", tuple.Items, ")", output, depth);
                break;
            case PickleSet set:
                PrintItems(set.IsFrozen ? "frozenset({" : "set({", set.Items, "})", output, depth);
                break;
            case PickleDict dict:
                PrintEntries(dict, output, depth);
                break;
            case PicklePersistentId reference:
                output.Append('<');
                Print(reference.Id, output, depth);
                output.Append('>');
                break;
            case PickleObject it:
                Print(it.Callable, output, depth);
                PrintItems("(", it.Arguments.Items, ")", output, depth);
                if (it.Items.Count > 0)
                {
                    PrintItems("[", it.Items, "]", output, depth);
                }

                if (it.Entries.Entries.Count > 0)
                {
                    PrintEntries(it.Entries, output, depth);
                }

                if (it.State is not null)
                {
                    output.Append(" with ");
                    Print(it.State, output, depth);
                }

                break;
        }
    }

    private static void PrintItems(
        string open,
        IReadOnlyList<PickleValue> items,
        string close,
        StringBuilder output,
        int depth
    )
    {
        output.Append(open);
        for (int i = 0; i < items.Count && StartItem(i, items.Count, output); i++)
        {
            Print(items[i], output, depth);
        }

        output.Append(close);
    }

    private static void PrintEntries(PickleDict dict, StringBuilder output, int depth)
    {
        output.Append('{');
        for (int i = 0; i < dict.Entries.Count && StartItem(i, dict.Entries.Count, output); i++)
        {
            Print(dict.Entries[i].Key, output, depth);
            output.Append(": ");
            Print(dict.Entries[i].Value, output, depth);
        }

        output.Append('}');
    }

    private static bool StartItem(int number, int count, StringBuilder output)
    {
        output.Append(number == 0 ? "" : ", ");
        if (number == MaxItems)
        {
            output.Append(CultureInfo.InvariantCulture, $"... {count - MaxItems} more");
        }

        return number < MaxItems;
    }
}
