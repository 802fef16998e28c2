using System.Globalization;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;

namespace MegatronBridge.Translation;

/// <summary>Translates arguments of Megatron-LM into overrides of Megatron-Bridge and back. What is not known is refused, all at once.</summary>
public static class ArgumentTranslation
{
    private const string Activation = "model.activation_func";
    private const string Gated = "model.gated_linear_unit";
    private const string Precision = "mixed_precision";
    private const string PerStage = "num-layers-per-virtual-pipeline-stage";
    private const string VirtualStages = "model.virtual_pipeline_model_parallel_size";

    private static readonly Dictionary<string, TranslatedArgument> ByName = ArgumentTable.All.ToDictionary(
        argument => argument.Name,
        StringComparer.Ordinal
    );

    // Arguments that set several fields, or a word.
    private static readonly (string Argument, (string Field, string Value)[] Fields)[] Several =
    [
        ("swiglu", [(Gated, "true"), (Activation, "silu")]),
        ("squared-relu", [(Activation, "squared_relu")]),
        ("bf16", [(Precision, "bf16_mixed")]),
        ("fp16", [(Precision, "16-mixed")]),
    ];

    /// <summary>Megatron-LM's arguments, as one writes them behind <c>pretrain_gpt.py</c>, as overrides.</summary>
    /// <exception cref="InvalidConfigException">An argument is not known, or a value is of another kind than its field.</exception>
    public static TranslatedSettings ToBridge(string arguments)
    {
        List<string> faults = [];
        Dictionary<string, string> given = Arguments(arguments, faults);
        OrderedDictionary<string, string> fields = [];
        List<KeyValuePair<string, string>> leftOut = [];
        foreach ((string name, string value) in given)
        {
            if (ArgumentTable.WithoutField.TryGetValue(name, out string? reason))
            {
                leftOut.Add(new($"--{name}", reason));
            }
            else if (Array.Find(Several, several => several.Argument == name).Fields is { } several)
            {
                foreach ((string field, string text) in several)
                {
                    fields[field] = text;
                }
            }
            else if (name == "seq-length")
            {
                fields["dataset.seq_length"] = value;
                fields["model.seq_length"] = value;
            }
            else if (name == PerStage)
            {
                fields[VirtualStages] = VirtualStagesOf(given, faults);
            }
            else if (ByName.TryGetValue(name, out TranslatedArgument? argument))
            {
                Set(fields, argument, value, faults);
            }
            else
            {
                faults.Add($"--{name} is not known{Nearest(name, ByName.Keys.Append("seq-length").Append(PerStage))}.");
            }
        }

        CheckKinds(fields, faults);
        return faults.Count == 0 ? new([.. fields], leftOut) : throw new InvalidConfigException(faults);
    }

    /// <summary>Overrides, <c>model.num_layers=32 model.gated_linear_unit=true</c>, as Megatron-LM's arguments.</summary>
    /// <exception cref="InvalidConfigException">A field has no argument, or a value that no argument can say.</exception>
    public static TranslatedSettings ToMegatron(string overrides)
    {
        List<string> faults = [];
        OrderedDictionary<string, string> fields = Overrides(overrides, faults);
        CheckKinds(fields, faults);
        List<KeyValuePair<string, string>> arguments = [];
        List<KeyValuePair<string, string>> leftOut = [];
        TakeSeveral(fields, arguments, leftOut, faults);
        TakeSequenceLength(fields, arguments, faults);
        foreach ((string field, string value) in fields)
        {
            TranslatedArgument? argument = ArgumentTable.All.FirstOrDefault(argument => argument.Field == field);
            if (argument is null)
            {
                faults.Add($"{field} has no argument{Nearest(field, ArgumentTable.All.Select(known => known.Field))}.");
            }
            else if (argument.Kind == ArgumentKind.Value)
            {
                arguments.Add(new($"--{argument.Name}", value));
            }
            else if (value is not ("true" or "false"))
            {
                faults.Add($"{field} must be true or false, found {value}.");
            }
            else if (value == "true" == (argument.Kind == ArgumentKind.Flag))
            {
                arguments.Add(new($"--{argument.Name}", ""));
            }
            else
            {
                leftOut.Add(new($"{field}={value}", $"so it is without --{argument.Name}"));
            }
        }

        return faults.Count == 0 ? new(arguments, leftOut) : throw new InvalidConfigException(faults);
    }

    private static void Set(
        OrderedDictionary<string, string> fields,
        TranslatedArgument argument,
        string value,
        List<string> faults
    )
    {
        if (argument.Kind == ArgumentKind.Value && value.Length == 0)
        {
            faults.Add($"--{argument.Name} needs a value.");
        }
        else if (argument.Kind != ArgumentKind.Value && value.Length > 0 && value != "true")
        {
            faults.Add($"--{argument.Name} takes no value, found {value}.");
        }
        else
        {
            string text =
                argument.Kind == ArgumentKind.Flag ? "true"
                : argument.Kind == ArgumentKind.Inverted ? "false"
                : ListExpression.WriteOut(value) ?? value;
            if (fields.TryGetValue(argument.Field, out string? other) && other != text)
            {
                faults.Add($"--{argument.Name} says {text} of {argument.Field}, another argument {other}.");
            }

            fields[argument.Field] = text;
        }
    }

    // How many virtual stages there are follows from how many layers each has.
    private static string VirtualStagesOf(Dictionary<string, string> given, List<string> faults)
    {
        int layers = Number("num-layers") + Extra("embedding") + Extra("loss");
        int ranks = given.ContainsKey("pipeline-model-parallel-size") ? Number("pipeline-model-parallel-size") : 1;
        long stage = (long)ranks * Number(PerStage);
        if (stage < 1 || layers % stage != 0 || layers < stage)
        {
            faults.Add(
                $"--{PerStage} {given[PerStage]} does not divide {layers} layers over {ranks} pipeline ranks (--num-layers, --pipeline-model-parallel-size)."
            );
            return "";
        }

        return (layers / stage).ToString(CultureInfo.InvariantCulture);

        int Extra(string part) => given.ContainsKey($"account-for-{part}-in-pipeline-split") ? 1 : 0;

        int Number(string name) =>
            int.TryParse(given.GetValueOrDefault(name), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number < 1 << 20
                ? number
                : 0;
    }

    private static void TakeSeveral(
        OrderedDictionary<string, string> fields,
        List<KeyValuePair<string, string>> arguments,
        List<KeyValuePair<string, string>> leftOut,
        List<string> faults
    )
    {
        foreach ((string argument, (string Field, string Value)[] several) in Several)
        {
            if (Array.TrueForAll(several, part => fields.GetValueOrDefault(part.Field) == part.Value))
            {
                arguments.Add(new($"--{argument}", ""));
                foreach ((string field, _) in several)
                {
                    fields.Remove(field);
                }
            }
        }

        if (fields.Remove(Gated, out string? gated) && gated == "true")
        {
            faults.Add($"{Gated}=true is --swiglu together with {Activation}=silu only.");
        }
        else if (gated is not null)
        {
            leftOut.Add(new($"{Gated}={gated}", "so it is without --swiglu"));
        }

        if (fields.Remove(Activation, out string? activation))
        {
            if (activation == "gelu")
            {
                leftOut.Add(new($"{Activation}=gelu", "so it is by itself"));
            }
            else
            {
                faults.Add(
                    $"{Activation}={activation} has no argument; known are silu with a gate, squared_relu, gelu."
                );
            }
        }
    }

    private static void TakeSequenceLength(
        OrderedDictionary<string, string> fields,
        List<KeyValuePair<string, string>> arguments,
        List<string> faults
    )
    {
        bool hasModel = fields.Remove("model.seq_length", out string? model);
        bool hasData = fields.Remove("dataset.seq_length", out string? data);
        if (hasModel && hasData && model != data)
        {
            faults.Add($"model.seq_length is {model} and dataset.seq_length {data}; Megatron-LM has one for both.");
        }
        else if (hasModel || hasData)
        {
            arguments.Add(new("--seq-length", (model ?? data)!));
        }
    }

    private static Dictionary<string, string> Arguments(string text, List<string> faults)
    {
        Dictionary<string, string> given = new(StringComparer.Ordinal);
        string? name = null;
        foreach (string word in CommandText.Words(text))
        {
            if (!word.StartsWith("--", StringComparison.Ordinal))
            {
                if (name is null)
                {
                    faults.Add($"\"{word}\" stands before the first argument.");
                    continue;
                }

                given[name] = given[name].Length == 0 ? word : $"{given[name]} {word}";
                continue;
            }

            string[] parts = word[2..].Split('=', 2);
            name = parts[0].Replace('_', '-');
            if (!given.TryAdd(name, parts.Length > 1 ? parts[1] : ""))
            {
                faults.Add($"--{name} is given twice.");
            }
        }

        return given;
    }

    private static OrderedDictionary<string, string> Overrides(string text, List<string> faults)
    {
        OrderedDictionary<string, string> fields = [];
        foreach (string word in CommandText.Words(text))
        {
            string[] parts = word.TrimStart('+').Split('=', 2);
            if (parts.Length < 2 || parts[0].Length == 0)
            {
                faults.Add($"\"{word}\" is no override; they look like model.num_layers=32.");
            }
            else if (!fields.TryAdd(parts[0], parts[1]))
            {
                faults.Add($"{parts[0]} is given twice.");
            }
        }

        return fields;
    }

    // Fields of the model must be of their kind.
    private static void CheckKinds(OrderedDictionary<string, string> fields, List<string> faults)
    {
        const string model = "model.";
        ProviderSchema schema =
            fields.GetValueOrDefault("model.multi_latent_attention") == "true" ? ProviderSchema.Mla
            : fields.ContainsKey("model.hybrid_layer_pattern") ? ProviderSchema.Hybrid
            : ProviderSchema.Gpt;
        foreach ((string field, string value) in fields)
        {
            if (
                field.StartsWith(model, StringComparison.Ordinal)
                && value.Length > 0
                && schema.Field(field[model.Length..]) is { } declared
            )
            {
                try
                {
                    FieldParser.Parse(declared, value);
                }
                catch (InvalidConfigException e)
                {
                    faults.AddRange(e.Faults);
                }
            }
        }
    }

    private static string Nearest(string name, IEnumerable<string> known) =>
        Spelling.Similar(name, known) is { } similar ? $"; did you mean {similar}?" : "";
}
