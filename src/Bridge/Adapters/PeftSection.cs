using System.Numerics;
using MegatronBridge.Config;
using MegatronBridge.Storage;

namespace MegatronBridge.Adapters;

/// <summary>The section <c>peft</c> of a run_config.yaml, which makes a checkpoint one of adapters.</summary>
internal static class PeftSection
{
    /// <summary>Its name.</summary>
    public const string Name = "peft";

    /// <summary>Reads it.</summary>
    /// <exception cref="BadFileException">There is none, or a field is missing or cannot be; all faults are told together.</exception>
    public static AdapterSettings Read(RunConfig? config, string path)
    {
        if (config?.Section(Name) is not { } section)
        {
            throw new BadFileException(
                path,
                $"there is no section \"{Name}\" in {RunConfig.FileName}, so this is no checkpoint of adapters."
            );
        }

        List<string> faults = [];
        AdapterSettings settings = new()
        {
            Method = Method(section, faults),
            Rank = (int)Number(section, "dim", value => value is >= 1 and <= 65536 && value % 1 == 0, faults),
            Alpha = Number(section, "alpha", value => value is > 0 and < 1e9, faults),
            Dropout = section.Find("dropout") is null
                ? 0
                : Number(section, "dropout", value => value is >= 0 and <= 1, faults),
            NormalizesExperts = section.Find("normalize_moe_lora") == (ConfigValue)true,
            SharesExperts = section.Find("share_expert_adapters") != (ConfigValue)false,
        };
        if (section.Find("experts_shared_outer_loras") == (ConfigValue)true)
        {
            faults.Add("experts_shared_outer_loras is true; upstream itself can neither save nor export such adapters");
        }

        return faults.Count == 0
            ? settings
            : throw new BadFileException(
                path,
                $"section \"{Name}\" of {RunConfig.FileName}: {string.Join("; ", faults)}."
            );
    }

    /// <summary>Makes it for adapters at <paramref name="slots"/> of a model that has <paramref name="all"/>.</summary>
    public static ConfigValue.Map Write(
        AdapterSettings settings,
        IReadOnlyList<AdapterSlot> slots,
        IReadOnlyList<AdapterSlot> all,
        IEnumerable<string> parameters
    )
    {
        IReadOnlyList<string> targets = TargetModules.Of(settings.Method, slots, all);
        List<(string, ConfigValue)> fields =
        [
            ("_target_", $"megatron.bridge.peft.{TargetOf(settings.Method)}"),
            ("dim", settings.Rank),
            ("alpha", settings.Alpha % 1 == 0 ? (long)settings.Alpha : settings.Alpha),
            ("dropout", settings.Dropout),
            ("dropout_position", "pre"),
            ("exclude_modules", ConfigValue.ListOf()),
            ("lora_A_init_method", "xavier"),
            ("lora_B_init_method", "zero"),
            ("canonical_mapping", TargetModules.CanonicalMapping(settings.Method, targets)),
            ("target_modules", ConfigValue.ListOf(targets.Select(target => (ConfigValue)target))),
            ("params_to_save", TargetModules.SetOf(parameters)),
        ];
        if (settings.Method != AdapterMethod.Dora)
        {
            fields.AddRange([
                ("normalize_moe_lora", settings.NormalizesExperts),
                ("share_expert_adapters", settings.SharesExperts),
            ]);
        }

        if (settings.Method == AdapterMethod.Lora)
        {
            fields.AddRange([
                ("a2a_experimental", false),
                ("experts_shared_outer_loras", false),
                ("lora_dtype", ConfigValue.Null),
                ("sequence_parallel_input_regather", false),
            ]);
        }

        return ConfigValue.MapOf(fields);
    }

    private static string TargetOf(AdapterMethod method) =>
        method switch
        {
            AdapterMethod.CanonicalLora => "canonical_lora.CanonicalLoRA",
            AdapterMethod.Dora => "dora.DoRA",
            _ => "lora.LoRA",
        };

    private static AdapterMethod Method(ConfigValue.Map section, List<string> faults)
    {
        string target = section.Find("_target_")?.ToString() ?? "nothing";
        switch (target[(target.LastIndexOf('.') + 1)..])
        {
            case "LoRA" or "VLMLoRA":
                return AdapterMethod.Lora;
            case "CanonicalLoRA":
                return AdapterMethod.CanonicalLora;
            case "DoRA":
                return AdapterMethod.Dora;
            default:
                faults.Add($"_target_ is {target}, not LoRA, VLMLoRA, CanonicalLoRA or DoRA");
                return AdapterMethod.Lora;
        }
    }

    private static double Number(ConfigValue.Map section, string field, Predicate<double> isGood, List<string> faults)
    {
        double? value = section.Find(field) switch
        {
            ConfigValue.Integer { Value: var whole } when BigInteger.Abs(whole) < long.MaxValue => (double)whole,
            ConfigValue.Number { Value: var number } => number,
            _ => null,
        };
        if (value is { } found && isGood(found))
        {
            return found;
        }

        faults.Add($"{field} is {section.Find(field)?.ToString() ?? "missing"}, which cannot be");
        return 1;
    }
}
