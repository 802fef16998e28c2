using System.Text.Json.Nodes;

namespace MegatronBridge.Tests.Golden;

/// <summary>One parallel layout of a manifest. A layout with a base has only what differs from it.</summary>
public sealed class GoldenLayout
{
    private readonly JsonObject _own;
    private readonly JsonObject? _base;

    public GoldenLayout(JsonObject layouts, string name)
    {
        Name = name;
        _own = layouts[name]!.AsObject();
        _base = _own["base"] is { } baseName ? layouts[baseName.GetValue<string>()]!.AsObject() : null;
    }

    public string Name { get; }

    public JsonObject Sizes => _own["sizes"]!.AsObject();

    /// <summary>Provider fields that were set before the import.</summary>
    public JsonObject ProviderFields => Sizes["provider"]?.AsObject() ?? [];

    public JsonObject Files => _own["files"]!.AsObject();

    public JsonObject ItemsPerFile => _own["items_per_file"]!.AsObject();

    public IReadOnlyList<string> Objects =>
        [.. (_own["objects"] ?? _base!["objects"])!.AsArray().Select(name => name!.GetValue<string>())];

    public JsonNode CommonState => (_own["common_state"] ?? _base!["common_state"])!;

    /// <summary>The tensors, each with dtype, shape, sha256 and chunks.</summary>
    public JsonObject Tensors
    {
        get
        {
            JsonObject tensors = (_base ?? _own)["tensors"]!.DeepClone().AsObject();
            if (_base is not null)
            {
                Merge(tensors, _own["tensors"]);
                foreach (JsonNode? gone in _own["tensors_gone"]?.AsArray() ?? [])
                {
                    tensors.Remove(gone!.GetValue<string>());
                }

                foreach ((string key, JsonNode? chunks) in _own["chunks"]?.AsObject() ?? [])
                {
                    tensors[key]!["chunks"] = chunks!.DeepClone();
                }
            }

            return tensors;
        }
    }

    /// <summary>The model section of run_config.yaml, without nulls.</summary>
    public JsonObject Model => Section("model");

    /// <summary>The tokenizer section of run_config.yaml, without nulls; empty for models that have no tokenizer.</summary>
    public JsonObject Tokenizer => (_own["tokenizer"] ?? _base?["tokenizer"]) is null ? [] : Section("tokenizer");

    private JsonObject Section(string name)
    {
        JsonObject section = (_own[name] ?? _base![name])!.DeepClone().AsObject();
        foreach ((string key, JsonNode? value) in _own[name + "_changes"]?.AsObject() ?? [])
        {
            section.Remove(key);
            if (value is not null)
            {
                section[key] = value.DeepClone();
            }
        }

        return section;
    }

    private static void Merge(JsonObject into, JsonNode? changes)
    {
        foreach ((string key, JsonNode? value) in changes?.AsObject() ?? [])
        {
            into[key] = value!.DeepClone();
        }
    }
}
