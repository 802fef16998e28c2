using MegatronBridge.Config;

namespace MegatronBridge.Translation;

/// <summary>Makes arguments of overrides.</summary>
internal sealed class MegatronTranslation(string overrides)
{
    private readonly OrderedDictionary<string, string> _fields = [];
    private readonly List<KeyValuePair<string, string>> _arguments = [];
    private readonly List<KeyValuePair<string, string>> _leftOut = [];
    private readonly List<string> _faults = [];

    /// <summary>The arguments.</summary>
    /// <exception cref="InvalidConfigException">Overrides cannot be translated; all of them are told.</exception>
    public TranslatedSettings Run()
    {
        Read();
        FieldKinds.Of(_fields.GetValueOrDefault).Check(_fields, _faults);
        TakeNulls();
        TakeSeveral();
        TakeSequenceLength();
        if (_fields.ContainsKey("model.num_query_groups"))
        {
            _arguments.Add(new("--group-query-attention", "")); // without it the number does not count
        }

        foreach ((string field, string value) in _fields)
        {
            Take(field, value);
        }

        return _faults.Count == 0 ? new(_arguments, _leftOut, []) : throw new InvalidConfigException(_faults);
    }

    private void Read()
    {
        foreach (string word in CommandText.Words(overrides))
        {
            string[] parts = word.TrimStart('+').Split('=', 2);
            if (parts.Length < 2 || parts[0].Length == 0)
            {
                _faults.Add($"\"{word}\" is no override; they look like model.num_layers=32.");
                continue;
            }

            string text = Unquoted(parts[1]);
            string value = text is "True" or "False" ? text.ToLowerInvariant() : text;
            if (!_fields.TryAdd(parts[0], value) && _fields[parts[0]] != value)
            {
                _faults.Add($"{parts[0]} is given twice.");
            }
        }
    }

    // Overrides have quotes of their own, inside those of the shell.
    private static string Unquoted(string text) =>
        text is ['\'' or '"', .., '\'' or '"'] && text[0] == text[^1] && text.Length > 1
            ? text[1..^1].Replace($"\\{text[0]}", $"{text[0]}", StringComparison.Ordinal)
            : text;

    private void Take(string field, string value)
    {
        TranslatedArgument[] arguments =
        [
            .. ArgumentTable.All.Where(known => known.Field == field && known.Kind != ArgumentKind.Says),
        ];
        if (arguments.Length == 0)
        {
            string meant = Spelling.Similar(field, ArgumentTable.All.Select(known => known.Field)) is { } similar
                ? $"; did you mean {similar}?"
                : ".";
            _faults.Add($"{field} has no argument{meant}");
        }
        else if (arguments[0].TakesValue)
        {
            bool isList = arguments[0].Kind == ArgumentKind.List && value is ['[', .., ']'];
            _arguments.Add(new($"--{arguments[0].Name}", isList ? value[1..^1].Replace(',', ' ') : value));
        }
        else if (value is not ("true" or "false"))
        {
            _faults.Add($"{field} must be true or false, found {value}.");
        }
        else if (Array.FindAll(arguments, argument => argument.Value == value) is [var first, ..] fitting)
        {
            bool isGated = _arguments.Exists(argument => argument.Key == "--swiglu");
            TranslatedArgument chosen =
                fitting.FirstOrDefault(argument =>
                    isGated && argument.Name.Contains("swiglu", StringComparison.Ordinal)
                ) ?? first;
            _arguments.Add(new($"--{chosen.Name}", ""));
        }
        else
        {
            _leftOut.Add(new($"{field}={value}", $"so it is without --{arguments[0].Name}"));
        }
    }

    private void TakeNulls()
    {
        foreach ((string field, _) in _fields.Where(entry => entry.Value is "null" or "None").ToArray())
        {
            _fields.Remove(field);
            _leftOut.Add(new($"{field}=null", "an argument that is not given is null"));
        }
    }

    private void TakeSeveral()
    {
        foreach (SeveralFields several in SeveralFields.All)
        {
            if (several.Fields.All(part => _fields.GetValueOrDefault(part.Field) == part.Value))
            {
                _arguments.Add(new($"--{several.Argument}", ""));
                foreach ((string field, _) in several.Fields)
                {
                    _fields.Remove(field);
                }
            }
        }

        if (_fields.Remove(SeveralFields.Gated, out string? gated) && gated == "true")
        {
            _faults.Add(
                $"{SeveralFields.Gated}=true is --swiglu with {SeveralFields.Activation}=silu, and --quick-geglu with quick_gelu, only."
            );
        }
        else if (gated is not null)
        {
            _leftOut.Add(new($"{SeveralFields.Gated}={gated}", "so it is without --swiglu"));
        }

        if (_fields.Remove(SeveralFields.Activation, out string? activation))
        {
            if (activation == "gelu")
            {
                _leftOut.Add(new($"{SeveralFields.Activation}=gelu", "so it is by itself"));
            }
            else
            {
                _faults.Add(
                    $"{SeveralFields.Activation}={activation} has no argument; known are silu and quick_gelu with a gate, squared_relu, gelu."
                );
            }
        }
    }

    private void TakeSequenceLength()
    {
        bool hasModel = _fields.Remove("model.seq_length", out string? model);
        bool hasData = _fields.Remove("dataset.seq_length", out string? data);
        if (hasModel && hasData && model != data)
        {
            _faults.Add($"model.seq_length is {model} and dataset.seq_length {data}; Megatron-LM has one for both.");
        }
        else if (hasModel || hasData)
        {
            _arguments.Add(new("--seq-length", (model ?? data)!));
        }
    }
}
