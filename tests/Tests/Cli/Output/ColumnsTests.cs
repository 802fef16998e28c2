using MegatronBridge.Cli.Output;

namespace MegatronBridge.Tests.Cli.Output;

public sealed class ColumnsTests
{
    [Fact]
    public void Columns_are_as_wide_as_their_widest_cell_and_lines_have_no_blanks_at_the_end()
    {
        Columns columns = new("name", ">bytes", "note");
        columns.Add("a", "12345678", "");
        columns.Add("a.longer.name", "1", "x");
        using StringWriter text = new();
        columns.WriteTo(text);
        Assert.Equal(
            "name              bytes  note\na              12345678\na.longer.name         1  x\n",
            text.ToString()
        );
    }
}
