using MegatronBridge.Config;
using MegatronBridge.Storage.Torch.Pickle;

namespace MegatronBridge.Conversion;

/// <summary>The arguments in a Megatron-LM checkpoint as values of a configuration; objects that are none are left out.</summary>
internal static class ArgumentValues
{
    /// <summary>Converts the attributes of the pickled namespace.</summary>
    public static Dictionary<string, ConfigValue> Of(PickleDict arguments)
    {
        Dictionary<string, ConfigValue> values = [];
        foreach ((PickleValue name, PickleValue value) in arguments.Entries)
        {
            if (name.TryGetText(out string? text) && Convert(value, depth: 0) is { } converted)
            {
                values[text] = converted;
            }
        }

        return values;
    }

    private static ConfigValue? Convert(PickleValue value, int depth)
    {
        if (value is PickleNone)
        {
            return ConfigValue.Null;
        }

        if (value.TryGetBool(out bool flag))
        {
            return flag;
        }

        if (value.TryGetInt64(out long integer))
        {
            return integer;
        }

        if (value.TryGetDouble(out double number))
        {
            return number;
        }

        if (value.TryGetText(out string? text) || value.TryGetPath(out text))
        {
            return text;
        }

        if (value is PickleGlobal global)
        {
            return $"{global.Module}.{global.Name}";
        }

        // A pipeline that is written out is an object; what it was made of is in it.
        if (
            value is PickleObject { Class.Name: "PipelineParallelLayerLayout" }
            && value.TryGetAttributes(out PickleDict? layout)
        )
        {
            return layout["input_data"] is { } written ? Convert(written, depth + 1) : null;
        }

        if (depth < 4 && value.TryGetItems(out IReadOnlyList<PickleValue>? items))
        {
            ConfigValue?[] converted = [.. items.Select(item => Convert(item, depth + 1))];
            return Array.Exists(converted, item => item is null) ? null : ConfigValue.ListOf(converted!);
        }

        return null;
    }
}
