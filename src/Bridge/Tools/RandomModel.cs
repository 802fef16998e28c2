using System.Text.Json;
using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Families;
using MegatronBridge.Initialization;
using MegatronBridge.Model;
using MegatronBridge.Storage.Safetensors;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tools;

/// <summary>A small random model of a supported architecture. The same seed gives the same bytes on every machine.</summary>
public static class RandomModel
{
    private const string Resource = "small-configs.json";

    /// <summary>The architectures that there is a small config of, in order.</summary>
    public static IReadOnlyList<string> Architectures { get; } = [.. Configs().Select(entry => entry.Key)];

    /// <summary>The small config.json of an architecture.</summary>
    /// <param name="architecture">An entry of <c>architectures</c>, such as <c>Qwen3ForCausalLM</c>; capitals do not matter.</param>
    /// <param name="settings">Keys to change, dotted where they are inside another, and their values, JSON or plain text.</param>
    /// <exception cref="UnsupportedModelException">There is none of that name.</exception>
    /// <exception cref="InvalidConfigException">The config does not have a key; all such keys are named.</exception>
    public static HfConfig Config(string architecture, IEnumerable<KeyValuePair<string, string>> settings)
    {
        JsonObject configs = Configs();
        string name =
            Architectures.FirstOrDefault(known => known.Equals(architecture, StringComparison.OrdinalIgnoreCase))
            ?? throw new UnsupportedModelException(
                $"There is no small config of {architecture}; did you mean {Spelling.Nearest(architecture, Architectures)}? "
                    + "\"megatron-bridge models\" lists the architectures."
            );
        HfConfig config = new(configs[name]!.DeepClone().AsObject());
        Family family = FamilyList.Of(config);
        JsonObject known = family.Defaults();
        List<string> faults = [];
        // The number of layers first, since it changes other keys, and what is set counts.
        foreach ((string key, string value) in settings.OrderBy(setting => !IsLayerCount(config, family, setting.Key)))
        {
            if (
                !family.IsOfDiffusers
                && IsLayerCount(config, family, key)
                && Parse(value) is JsonValue number
                && number.TryGetValue(out int layers)
                && layers > 0
            )
            {
                config = LayerCount.Set(config, family, layers);
            }
            else if (!TrySet(config.Json, known, key, value))
            {
                string[] keys = [.. config.Json.Select(entry => entry.Key)];
                faults.Add($"\"{key}\" is no key of {name}; did you mean {Spelling.Nearest(key, keys)}?");
            }
        }

        return faults.Count == 0 ? config : throw new InvalidConfigException(faults);
    }

    /// <summary>Plans the model; nothing is written.</summary>
    /// <param name="config">Its config.json.</param>
    /// <param name="seed">The seed; any number.</param>
    /// <param name="options">Where it goes.</param>
    /// <exception cref="Storage.BadFileException">The config has a value that cannot be, or the target may not be written.</exception>
    /// <exception cref="UnsupportedModelException">The architecture is not known.</exception>
    /// <exception cref="InvalidConfigException">Settings contradict each other.</exception>
    public static ModelRewrite Open(HfConfig config, long seed, ToolOptions options)
    {
        ModelRewrite.CheckTarget(options, source: null);
        Family family = FamilyList.Of(config);
        ModelProvider provider = family.ToProvider(config);
        provider.Complete();
        ExportPlan plan = ExportPlan.Create(new Weights(provider, seed), family, provider);
        OrderedDictionary<string, TensorView> tensors = new(
            plan.Names.Select(name => KeyValuePair.Create(name, plan.Tensors[name])),
            StringComparer.Ordinal
        );
        HfOutput output = HfOutput.Of(
            tensors,
            family,
            reference: null,
            source: null,
            options.MaxShardBytes ?? ShardPlan.HuggingFaceHubLimit
        );
        return new(
            options,
            original: null,
            output,
            config.Json,
            new()
            {
                Architecture = family.Architecture,
                Target = options.HfPath,
                SourceTensors = 0,
                TargetTensors = tensors.Count,
                ParameterCount = tensors.Values.Sum(view => view.Shape.ElementCount),
                Files = [],
                Ignored = [],
                Casts = [],
                Notes = [$"The weights are random, of the seed {seed}; there is no tokenizer."],
            }
        );
    }

    private static JsonObject Configs()
    {
        using Stream stream = typeof(RandomModel).Assembly.GetManifestResourceStream(Resource)!;
        return JsonNode.Parse(stream)!.AsObject();
    }

    private static bool IsLayerCount(HfConfig config, Family family, string key) =>
        LayerCount.KeyOf(config, family) == key;

    private static bool TrySet(JsonObject json, JsonObject known, string key, string value)
    {
        string[] parts = key.Split('.');
        foreach (string part in parts[..^1])
        {
            if (json[part] is not JsonObject inner)
            {
                return false;
            }

            json = inner;
            known = known[part] as JsonObject ?? [];
        }

        if (!json.ContainsKey(parts[^1]) && !known.ContainsKey(parts[^1]))
        {
            return false;
        }

        json[parts[^1]] = Parse(value);
        return true;
    }

    private static JsonNode? Parse(string value)
    {
        try
        {
            return JsonNode.Parse(value);
        }
        catch (JsonException)
        {
            return value;
        }
    }

    private sealed class Weights(ModelProvider provider, long seed) : IParameterSource
    {
        public IEnumerable<string> Unused => [];

        public TensorView Find(ModelParameter parameter)
        {
            DType dtype = parameter.DType ?? provider.ParamsDtype;
            return dtype.IsWideFloat()
                ? new RandomView(
                    dtype,
                    parameter.Shape,
                    InitialRules.Of(parameter, provider),
                    new(seed, parameter.Name)
                )
                : new ZeroView(dtype, parameter.Shape);
        }
    }
}
