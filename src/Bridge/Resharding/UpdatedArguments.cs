using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Storage.Torch.Pickle;

namespace MegatronBridge.Resharding;

/// <summary>The arguments of Megatron-LM for a checkpoint in another layout or format.</summary>
internal static class UpdatedArguments
{
    /// <summary>
    /// The namespace with those arguments changed that describe the two configs differently. What is no plain value stays as it is.
    /// </summary>
    public static PickleValue Of(
        PickleValue arguments,
        ModelProvider before,
        ModelProvider after,
        CheckpointFormat format
    )
    {
        if (arguments is not PickleObject original || !arguments.TryGetAttributes(out PickleDict? attributes))
        {
            return arguments;
        }

        Dictionary<string, ConfigValue> changes = new(Changes(before, after), StringComparer.Ordinal);
        changes["ckpt_format"] = format == CheckpointFormat.Torch ? "torch" : "torch_dist";
        if (attributes["use_dist_ckpt"] is not null)
        {
            changes["use_dist_ckpt"] = format == CheckpointFormat.TorchDist;
        }

        List<(PickleValue, PickleValue)> entries = [];
        foreach ((PickleValue key, PickleValue value) in attributes.Entries)
        {
            ConfigValue? to = null;
            if (key.TryGetText(out string? name))
            {
                changes.Remove(name, out to);
            }

            entries.Add((key, to is null ? value : ArgumentValues.ToPickle(to)));
        }

        entries.AddRange(changes.Select(change => ((PickleValue)change.Key, ArgumentValues.ToPickle(change.Value))));
        return new PickleObject(
            original.Call,
            original.Callable,
            original.Arguments,
            original.Keywords,
            state: new PickleDict([.. entries])
        );
    }

    private static IEnumerable<KeyValuePair<string, ConfigValue>> Changes(ModelProvider before, ModelProvider after)
    {
        IReadOnlyDictionary<string, ConfigValue> old = MegatronArgs.Of(before).Values;
        return MegatronArgs.Of(after).Values.Where(argument => old.GetValueOrDefault(argument.Key) != argument.Value);
    }
}
