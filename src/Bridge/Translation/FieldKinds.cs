using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Recipes.Sections;

namespace MegatronBridge.Translation;

/// <summary>Of which kind a field of Megatron-Bridge's config is, and what a value of it looks like in an override.</summary>
internal sealed class FieldKinds(ProviderSchema model)
{
    private const string Model = "model";

    private static readonly Dictionary<string, IReadOnlyList<ProviderField>> Sections = new(StringComparer.Ordinal)
    {
        ["train"] = TrainingConfigFields.All,
        ["optimizer"] = OptimizerConfigFields.All,
        ["scheduler"] = SchedulerConfigFields.All,
        ["dataset"] = GPTDatasetConfigFields.All,
        ["tokenizer"] = TokenizerConfigFields.All,
        ["validation"] = ValidationConfigFields.All,
        ["checkpoint"] = CheckpointConfigFields.All,
        ["ddp"] = DistributedDataParallelConfigFields.All,
        ["mixed_precision"] = MixedPrecisionConfigFields.All,
        ["logger"] = LoggerConfigFields.All,
        ["rng"] = RNGConfigFields.All,
        ["dist"] = DistributedInitConfigFields.All,
        ["rerun_state_machine"] = RerunStateMachineConfigFields.All,
        ["profiling"] = ProfilingConfigFields.All,
    };

    /// <summary>The kinds that the model's class gives, which some of the settings choose.</summary>
    public static FieldKinds Of(Func<string, string?> setting) =>
        new(
            setting("model.multi_latent_attention") == "true" ? ProviderSchema.Mla
            : setting("model.hybrid_layer_pattern") is not null ? ProviderSchema.Hybrid
            : ProviderSchema.Gpt
        );

    /// <summary>The declaration of a field, or null where the class is another one.</summary>
    public ProviderField? Find(string field)
    {
        string[] parts = field.Split('.', 2);
        return parts.Length < 2 ? null
            : parts[0] == Model ? model.Field(parts[1])
            : Sections.GetValueOrDefault(parts[0])?.FirstOrDefault(declared => declared.Name == parts[1]);
    }

    /// <summary>The values of an argument that takes several, as an override has them: <c>[a,b]</c>, or alone where the field takes that.</summary>
    public string Joined(string field, string words)
    {
        if (words is ['[', .., ']'])
        {
            return words.Replace(" ", "", StringComparison.Ordinal);
        }

        string[] parts = words.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        bool mayBeAlone =
            Find(field)?.Kind is FieldKind.IntegerOrList or FieldKind.NumberOrList or FieldKind.TextOrList;
        return parts is [var only] && mayBeAlone ? only : $"[{string.Join(',', parts)}]";
    }

    /// <summary>A value of an argument as an override has it: a list in brackets, whatever Megatron-LM takes it in.</summary>
    public string Written(string field, string value) =>
        Find(field)?.Kind switch
        {
            FieldKind.Integers when !value.StartsWith('[') =>
                $"[{value.Trim('(', ')').Replace(" ", "", StringComparison.Ordinal)}]",
            FieldKind.DType when value == "auto" => "null",
            _ => ListExpression.WriteOut(value) ?? value,
        };

    /// <summary>Whether a value has a variable of a shell, which only that shell can tell.</summary>
    public static bool IsVariable(string value) => value.Contains('$', StringComparison.Ordinal);

    /// <summary>Adds a fault for each value that is of another kind than its field.</summary>
    public void Check(IEnumerable<KeyValuePair<string, string>> fields, List<string> faults)
    {
        foreach ((string field, string value) in fields)
        {
            if (value.Length == 0 || IsVariable(value) || Find(field) is not { } declared)
            {
                continue;
            }

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
