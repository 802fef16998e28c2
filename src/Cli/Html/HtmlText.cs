using System.Globalization;
using System.Net;
using System.Text;

namespace MegatronBridge.Cli.Html;

/// <summary>A page that is being written: everything that comes out of files is escaped.</summary>
internal sealed class HtmlText
{
    private readonly StringBuilder _html = new();

    /// <summary>Adds markup, whose placeholders are escaped.</summary>
    public HtmlText Add(FormattableString markup)
    {
        object?[] escaped = Array.ConvertAll(
            markup.GetArguments(),
            value => (object)WebUtility.HtmlEncode(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")
        );
        _html.AppendFormat(CultureInfo.InvariantCulture, markup.Format, escaped).Append('\n');
        return this;
    }

    /// <summary>Adds what is markup already.</summary>
    public HtmlText Add(HtmlText part)
    {
        _html.Append(part._html);
        return this;
    }

    /// <summary>Adds a table.</summary>
    public HtmlText AddTable(IReadOnlyList<string> heads, IEnumerable<IReadOnlyList<string>> rows)
    {
        Add($"<table><thead><tr>");
        foreach (string head in heads)
        {
            Add($"<th>{head}</th>");
        }

        Add($"</tr></thead><tbody>");
        foreach (IReadOnlyList<string> row in rows)
        {
            Add($"<tr>");
            foreach (string cell in row)
            {
                Add($"<td>{cell}</td>");
            }

            Add($"</tr>");
        }

        return Add($"</tbody></table>");
    }

    /// <inheritdoc/>
    public override string ToString() => _html.ToString();
}
