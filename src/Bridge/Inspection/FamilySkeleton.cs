using System.Text;
using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Families;
using MegatronBridge.Mapping;
using static MegatronBridge.Inspection.CSharpText;

namespace MegatronBridge.Inspection;

/// <summary>
/// Writes a C# file to start a new family from: the rows of the nearest family that the model has tensors for, the fields that
/// this family sets for the model's config, and as comments what is not explained.
/// </summary>
public sealed class FamilySkeleton
{
    private readonly HfConfig _config;
    private readonly IReadOnlyList<TensorPattern> _patterns;
    private readonly ModelLikeness _nearest;
    private readonly int _layers;
    private readonly StringBuilder _text = new();

    private FamilySkeleton(HfConfig config, IReadOnlyList<TensorPattern> patterns, ModelLikeness nearest)
    {
        _config = config;
        _patterns = patterns;
        _nearest = nearest;
        _layers = CountLayers();
    }

    private Family Like => _nearest.Family;

    /// <summary>The text of the file, which compiles as it is; its name is the class's.</summary>
    public static string Of(HfConfig config, IReadOnlyList<TensorPattern> patterns, ModelLikeness nearest)
    {
        FamilySkeleton skeleton = new(config, patterns, nearest);
        skeleton.Write();
        return skeleton._text.ToString();
    }

    private void Write()
    {
        string architecture = _config.Architectures.Count > 0 ? _config.Architectures[0] : "UnnamedForCausalLM";
        string name = ClassName(architecture);
        (string schemaName, ProviderSchema schema) = Schema();
        Lines(
            $$"""
            using System.Text.Json.Nodes;
            using MegatronBridge.Config;
            using MegatronBridge.Config.Schema;
            using MegatronBridge.Mapping;

            namespace MegatronBridge.Families;

            /// <summary>{{name}}: like {{Like.Architecture}}, but for what differs.</summary>
            public static class {{name}}
            {
                // csharpier-ignore
                /// <summary>The family.</summary>
                public static Family Family { get; } = new()
                {
                    Architecture = {{Quote(architecture)}},
                    ModelType = {{Quote(_config.ModelType)}},
                    IsUpstream = false, // unless upstream converts it
                    Schema = ProviderSchema.{{schemaName}}, // {{Like.Schema.Name}} in the nearest family
            """
        );
        WriteDefaults();
        WriteConfigMapping();
        WriteRows();
        WriteIgnored();
        Lines(
            $$"""
                    Configure = Configure,
                    ConfigureHf = ConfigureHf,
                };

                // As {{Like.Architecture}} has it for this config. What varies from model to model is to be read from hf.
                private static void Configure(ModelProvider provider, HfConfig hf)
                {
            """
        );
        WriteFields(schema);
        Lines(
            """
                }

                // The keys of config.json that do not follow from the fields by the mapping above.
                private static void ConfigureHf(JsonObject hf, ModelProvider provider) { }
            }
            """
        );
    }

    private (string Name, ProviderSchema Schema) Schema() =>
        Like.Schema == ProviderSchema.Mla ? ("Mla", ProviderSchema.Mla)
        : Like.Schema == ProviderSchema.Hybrid ? ("Hybrid", ProviderSchema.Hybrid)
        : ("Gpt", ProviderSchema.Gpt);

    private void WriteDefaults()
    {
        // Keys that nobody knows have no default until somebody looks it up in the model's own code.
        JsonObject defaults = Like.Defaults();
        foreach ((string key, _) in _nearest.UnknownFields.Where(field => !field.Key.Contains('.')))
        {
            defaults.TryAdd(key, null);
        }

        string[] entries =
        [
            .. defaults.Select(entry => $"              {Quote(entry.Key)}: {entry.Value?.ToJsonString() ?? "null"}"),
        ];
        Lines("        HfDefaults = \"\"\"\n            {");
        Lines(string.Join(",\n", entries));
        Lines("            }\n            \"\"\",");
    }

    private void WriteConfigMapping()
    {
        WriteMapping("ConfigMapping", ConfigMapping.Standard, "Standard", Like.ConfigMapping);
        WriteMapping("OuterMapping", ConfigMapping.Empty, "Empty", Like.OuterMapping);
        if (Like.TextConfig is { } text)
        {
            Lines($"        TextConfig = {Quote(text)},");
        }

        string kept = string.Join(
            ", ",
            Like.KeptConfigs.Select(each =>
                $"new({Quote(each.Hf)}, {Quote(each.Field)}, {(each.Class is { } name ? Quote(name) : "Class: null")})"
            )
        );
        if (kept.Length > 0)
        {
            Lines($"        KeptConfigs = [{kept}],");
        }
    }

    private void WriteMapping(string property, ConfigMapping start, string startName, ConfigMapping mapping)
    {
        string without = string.Join(", ", start.Rows.Except(mapping.Rows).Select(row => Quote(row.Hf)));
        string with = string.Join(
            ", ",
            mapping.Rows.Except(start.Rows).Select(row => $"({Quote(row.Hf)}, {Quote(row.Megatron)})")
        );
        if (without.Length + with.Length > 0)
        {
            string removed = without.Length > 0 ? $".Without({without})" : "";
            string added = with.Length > 0 ? $".With({with})" : "";
            Lines($"        {property} = ConfigMapping.{startName}{removed}{added},");
        }
    }

    private void WriteRows()
    {
        Lines("        Parameters =\n        [");
        foreach (ParameterMapping row in Like.Parameters.Where(row => row.Hf.All(Has)))
        {
            string megatron = Quote(row.Megatron.Text);
            string hf = Quote(JoinBraces([.. row.Hf.Select(name => name.Text)]));
            bool isStock = row.GetType() is { IsPublic: true, Namespace: "MegatronBridge.Mapping" };
            Lines(
                isStock
                    ? $"            new {row.GetType().Name}({megatron}, {hf}),"
                    : $"            // {Like.Architecture} makes {megatron} of {hf} by a mapping of its own: {row.Kind}"
            );
        }

        foreach (TensorPattern pattern in _nearest.Unexplained)
        {
            Lines(
                $"            // {pattern.Names.Count} x {Quote(pattern.Text)} {pattern.Shape}: of which Megatron parameter?"
            );
        }

        Lines("        ],");
    }

    private void WriteIgnored()
    {
        IgnoredTensor[] rules = [.. Like.Ignored.Where(rule => Has(rule.Pattern))];
        if (rules.Length == 0)
        {
            return;
        }

        Lines("        Ignored =\n        [");
        foreach (IgnoredTensor rule in rules)
        {
            string equal = rule.EqualTo is { } other ? $", EqualTo: {Quote(other)}" : "";
            Lines($"            new({Quote(rule.Hf)}, {Quote(rule.Reason)}{equal}),");
        }

        Lines("        ],");
    }

    /// <summary>The fields that the nearest family sets beyond what all families share.</summary>
    private void WriteFields(ProviderSchema schema)
    {
        if (_nearest.Refusal is { } refusal)
        {
            Lines($"        // {Like.Architecture} refuses this config: {Comment(refusal)}");
            return;
        }

        ModelProvider shared = Like.ToSharedProvider(Like.Whole(_config));
        foreach ((string field, ConfigValue value) in Like.ToProvider(_config).Fields)
        {
            if (shared[field] != value)
            {
                string comment = schema.Field(field) is null ? "// not in this schema: " : "";
                Lines($"        {comment}provider[{Quote(field)}] = {Literal(value)};");
            }
        }
    }

    /// <summary>The layers of the decoder, behind which those for multi-token prediction are numbered on.</summary>
    private int CountLayers()
    {
        IEnumerable<string> keys = Like
            .ConfigMapping.Rows.Where(row => row.Megatron == "num_layers")
            .Select(row => row.Hf);
        return
            _config.FirstNumber(keys) is ConfigValue.Integer { Value: var layers }
            && layers > 0
            && layers < int.MaxValue
            ? (int)layers
            : int.MaxValue;
    }

    private bool Has(NamePattern pattern)
    {
        string text = TensorPattern.Collapse(pattern);
        return _patterns
            .Where(found => found.IsOf(text))
            .Any(found => found.Names.Any(name => pattern.Match(name, _layers) is not null));
    }

    private void Lines(string text) => _text.Append(text).Append('\n');
}
