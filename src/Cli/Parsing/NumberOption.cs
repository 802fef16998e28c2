using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace MegatronBridge.Cli.Parsing;

/// <summary>An option with a number above 0.</summary>
internal sealed class NumberOption : Option<double?>
{
    private readonly double _most;

    public NumberOption(string name, string value, string description, double most = double.MaxValue)
        : base(name)
    {
        _most = most;
        Description = description;
        HelpName = value;
        CustomParser = Parse;
    }

    private double? Parse(ArgumentResult result)
    {
        string text = result.Tokens[^1].Value;
        if (
            double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)
            && number > 0
            && number <= _most
        )
        {
            return number;
        }

        string range =
            _most < double.MaxValue ? $"above 0 and up to {_most.ToString(CultureInfo.InvariantCulture)}" : "above 0";
        result.AddError($"{Name} takes a number {range}, not \"{text}\".");
        return null;
    }
}
