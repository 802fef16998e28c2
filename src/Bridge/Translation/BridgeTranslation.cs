using System.Globalization;
using MegatronBridge.Config;

namespace MegatronBridge.Translation;

/// <summary>Makes overrides of arguments.</summary>
internal sealed class BridgeTranslation(MegatronArguments given)
{
    private const string SequenceLength = "seq-length";
    private const string PerStage = "num-layers-per-virtual-pipeline-stage";

    private static readonly Dictionary<string, TranslatedArgument> ByName = ArgumentTable.All.ToDictionary(
        argument => argument.Name,
        StringComparer.Ordinal
    );

    private static readonly string[] Known =
    [
        .. ByName.Keys,
        .. ArgumentTable.WithoutField.Keys,
        .. SeveralFields.All.Select(several => several.Argument),
        SequenceLength,
        PerStage,
    ];

    private readonly OrderedDictionary<string, string> _fields = [];
    private readonly List<KeyValuePair<string, string>> _leftOut = [.. given.LeftOut];
    private readonly List<string> _faults = [.. given.Faults];
    private readonly FieldKinds _kinds = FieldKinds.Of(field =>
        ArgumentTable
            .All.Where(argument => argument.Field == field && given[argument.Name] is not null)
            .Select(argument => argument.TakesValue ? given[argument.Name] : argument.Value)
            .FirstOrDefault()
    );

    /// <summary>The overrides.</summary>
    /// <exception cref="InvalidConfigException">Arguments cannot be translated; all of them are told.</exception>
    public TranslatedSettings Run(bool allowUnknown)
    {
        foreach ((string name, string value) in given.All)
        {
            if (ReasonWithoutField(name) is { } reason)
            {
                _leftOut.Add(new($"--{name}{(value.Length > 0 ? " " : "")}{value}", reason));
            }
            else if (SeveralFields.All.FirstOrDefault(several => several.Argument == name) is { } several)
            {
                SetSeveral(several, value);
            }
            else if (name == SequenceLength)
            {
                Set("dataset.seq_length", name, value);
                Set("model.seq_length", name, value);
            }
            else if (name == PerStage)
            {
                Set("model.virtual_pipeline_model_parallel_size", name, VirtualStages());
            }
            else if (ByName.TryGetValue(name, out TranslatedArgument? argument))
            {
                Set(argument, value);
            }
            else if (allowUnknown)
            {
                _leftOut.Add(new($"--{name} {value}".TrimEnd(), "Megatron-LM's training has no such argument"));
            }
            else
            {
                string meant = Spelling.Similar(name, Known) is { } similar ? $"; did you mean {similar}?" : ".";
                _faults.Add($"--{name} is not known{meant}");
            }
        }

        _kinds.Check(_fields, _faults);
        return _faults.Count == 0
            ? new([.. _fields], _leftOut, [.. Notes()])
            : throw new InvalidConfigException(_faults);
    }

    // Some arguments count beside certain others only.
    private string? ReasonWithoutField(string name) =>
        name switch
        {
            "no-bias-gelu-fusion" when given["swiglu"] is not null => "with --swiglu, --no-bias-swiglu-fusion counts",
            "no-bias-swiglu-fusion" when given["swiglu"] is null => "it counts with --swiglu only",
            "profile" when given["use-pytorch-profiler"] is not null => "--use-pytorch-profiler says it",
            _ => ArgumentTable.WithoutField.GetValueOrDefault(name),
        };

    private void SetSeveral(SeveralFields several, string value)
    {
        if (value.Length > 0)
        {
            _faults.Add($"--{several.Argument} takes no value, found {value}.");
        }

        foreach ((string field, string text) in several.Fields)
        {
            Set(field, several.Argument, text);
        }
    }

    private void Set(TranslatedArgument argument, string value)
    {
        if (argument.TakesValue && value.Length == 0)
        {
            _faults.Add($"--{argument.Name} needs a value.");
        }
        else if (!argument.TakesValue && value.Length > 0 && value != "true")
        {
            _faults.Add($"--{argument.Name} takes no value, found {value}.");
        }
        else
        {
            string text = argument.Kind switch
            {
                ArgumentKind.Value => _kinds.Written(argument.Field, value),
                ArgumentKind.List => _kinds.Joined(argument.Field, value),
                _ => argument.Value,
            };
            Set(argument.Field, argument.Name, text);
        }
    }

    private void Set(string field, string argument, string text)
    {
        if (_fields.TryGetValue(field, out string? other) && other != text)
        {
            _faults.Add($"--{argument} says {text} of {field}, another argument {other}.");
        }

        _fields[field] = text;
    }

    // How many virtual stages there are follows from how many layers each has.
    private string VirtualStages()
    {
        int layers = Number("num-layers") + Extra("embedding") + Extra("loss");
        int ranks = given["pipeline-model-parallel-size"] is null ? 1 : Number("pipeline-model-parallel-size");
        long stage = (long)ranks * Number(PerStage);
        if (stage < 1 || layers % stage != 0 || layers < stage)
        {
            _faults.Add(
                $"--{PerStage} {given[PerStage]} does not divide {layers} layers over {ranks} pipeline ranks (--num-layers, --pipeline-model-parallel-size)."
            );
            return "";
        }

        return (layers / stage).ToString(CultureInfo.InvariantCulture);

        int Extra(string part) => given[$"account-for-{part}-in-pipeline-split"] is null ? 0 : 1;

        int Number(string name) =>
            int.TryParse(given[name], NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number < 1 << 20
                ? number
                : 0;
    }

    private IEnumerable<string> Notes()
    {
        string[] variables = [.. _fields.Where(field => FieldKinds.IsVariable(field.Value)).Select(field => field.Key)];
        if (variables.Length > 0)
        {
            yield return $"Variables of a shell are not checked: {string.Join(", ", variables)}.";
        }

        if (given["num-query-groups"] is not null && given["group-query-attention"] is null)
        {
            yield return "Megatron-LM reads --num-query-groups with --group-query-attention only, which is not given; Megatron-Bridge always reads it.";
        }

        if (
            given["sequence-parallel"] is not null
            && _fields.GetValueOrDefault("model.tensor_model_parallel_size", "1") == "1"
        )
        {
            yield return "Megatron-LM overlooks --sequence-parallel without tensor parallelism; Megatron-Bridge refuses it.";
        }

        if (given["multi-latent-attention"] is not null)
        {
            yield return "The model's class must be one with latent attention, such as MLAModelProvider.";
        }

        if (_fields.ContainsKey("model.hybrid_layer_pattern"))
        {
            yield return "The model's class must be a hybrid one, such as HybridModelProvider.";
        }
    }
}
