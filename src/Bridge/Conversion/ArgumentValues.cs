using MegatronBridge.Config;
using MegatronBridge.Storage.Torch.Pickle;

namespace MegatronBridge.Conversion;

/// <summary>The arguments in a Megatron-LM checkpoint as values of a configuration, and back; objects that are none are left out.</summary>
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

    /// <summary>The namespace that Megatron-LM would pickle: of plain values and element types, which torch reads without trust.</summary>
    public static PickleObject ToNamespace(IReadOnlyDictionary<string, ConfigValue> arguments)
    {
        (PickleValue, PickleValue)[] attributes =
        [
            .. arguments.Select(argument => ((PickleValue)argument.Key, ToPickle(argument.Value))),
        ];
        return new(
            PickleCall.NewObject,
            new PickleGlobal("argparse", "Namespace"),
            PickleTuple.Empty,
            state: new PickleDict(attributes)
        );
    }

    /// <summary>A plain value or element type.</summary>
    public static PickleValue ToPickle(ConfigValue value) =>
        value switch
        {
            ConfigValue.Flag flag => flag.Value,
            ConfigValue.Integer integer => integer.Value,
            ConfigValue.Number number => number.Value,
            ConfigValue.Text text => text.Value,
            ConfigValue.List list => new PickleList([.. list.Items.Select(ToPickle)]),
            ConfigValue.Map map when Targets.Of(map)?.Split('.') is ["torch", var name] => new PickleGlobal(
                "torch",
                name
            ),
            { IsNull: true } => PickleValue.None,
            _ => throw new ArgumentException($"{value} is no plain value.", nameof(value)),
        };

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
