using System.CommandLine;
using System.CommandLine.Parsing;
using MegatronBridge.Cli.Output;

namespace MegatronBridge.Cli.Parsing;

/// <summary>An option with a number of bytes.</summary>
internal sealed class SizeOption : Option<long?>
{
    private readonly long _least;

    public SizeOption(string name, string description, long least)
        : base(name)
    {
        _least = least;
        Description = description;
        HelpName = "SIZE";
        CustomParser = Parse;
    }

    private long? Parse(ArgumentResult result)
    {
        string text = result.Tokens[^1].Value;
        if (ByteSize.Parse(text) is { } bytes && bytes >= _least)
        {
            return bytes;
        }

        result.AddError(
            $"{Name} takes a size of at least {ByteSize.Format(_least)}, such as 256MB or 1.5GiB, not \"{text}\"."
        );
        return null;
    }
}
