using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace MegatronBridge.Cli.Parsing;

/// <summary>An option with a number above 0, or of 0 and more.</summary>
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

    /// <summary>True when it may be 0, and then not the most that it may be.</summary>
    public bool TakesZero { get; init; }

    private double? Parse(ArgumentResult result)
    {
        string text = result.Tokens[^1].Value;
        if (
            double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)
            && (TakesZero ? number >= 0 && number < _most : number > 0 && number <= _most)
        )
        {
            return number;
        }

        string range =
            TakesZero ? $"from 0 to less than {_most.ToString(CultureInfo.InvariantCulture)}"
            : _most < double.MaxValue ? $"above 0 and up to {_most.ToString(CultureInfo.InvariantCulture)}"
            : "above 0";
        result.AddError($"{Name} takes a number {range}, not \"{text}\".");
        return null;
    }
}
