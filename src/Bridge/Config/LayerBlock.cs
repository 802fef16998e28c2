using System.Text;
using System.Text.Json.Nodes;

namespace MegatronBridge.Config;

/// <summary>One of the <c>block_configs</c> of a heterogeneous model: what a layer has, and how large.</summary>
/// <param name="Attention">What stands in the place of attention.</param>
/// <param name="QueryGroups">Query groups of whole attention.</param>
/// <param name="Mlp">What stands in the place of the MLP.</param>
/// <param name="FfnHiddenSize">Width of a whole MLP.</param>
internal sealed record LayerBlock(BlockPart Attention, int? QueryGroups, BlockPart Mlp, int? FfnHiddenSize)
{
    private const int WidthMultiple = 256;
    private const string Classes = "megatron.core.transformer.heterogeneous.heterogeneous_config.";

    /// <summary>The blocks in a text of JSON, as <c>heterogeneous_layers_config_encoded_json</c> has it.</summary>
    /// <exception cref="Storage.BadFileException">It is not JSON, or a block is not as it must be.</exception>
    public static IReadOnlyList<LayerBlock> Parse(string json, int heads, int hiddenSize) =>
        Read(
            HfConfig.Parse(Encoding.UTF8.GetBytes(json), "heterogeneous_layers_config_encoded_json"),
            heads,
            hiddenSize
        );

    /// <summary>The blocks of a config.</summary>
    /// <exception cref="Storage.BadFileException">There are none, or one is not as it must be.</exception>
    public static IReadOnlyList<LayerBlock> Read(HfConfig config, int heads, int hiddenSize)
    {
        const string blocks = "block_configs";
        return config.Find(blocks) is JsonArray list && list.All(block => block is JsonObject)
            ?
            [
                .. list.Select(
                    (block, layer) =>
                        ReadBlock(
                            new HfConfig((JsonObject)block!, $"{config.Path}, {blocks}[{layer}]"),
                            heads,
                            hiddenSize
                        )
                ),
            ]
            : throw config.Wrong(blocks, "a list with an object for each layer");
    }

    /// <summary>The block as run_config.yaml has it.</summary>
    public ConfigValue ToMegatron() =>
        ConfigValue.MapOf(
            (Targets.Key, Classes + "TransformerBlockConfig"),
            ("attention", PartOf("AttentionConfig", Attention, "num_query_groups", QueryGroups)),
            ("mlp", PartOf("MLPConfig", Mlp, "ffn_hidden_size", FfnHiddenSize))
        );

    private static ConfigValue PartOf(string type, BlockPart part, string sizeName, int? size) =>
        ConfigValue.MapOf(
            new (string Name, ConfigValue Value)[]
            {
                (Targets.Key, Classes + type),
                ("no_op", part == BlockPart.None),
                ("replace_with_linear", part == BlockPart.Linear),
                (sizeName, size is { } number ? number : ConfigValue.Null),
            }.OrderBy(entry => entry.Name, StringComparer.Ordinal)
        );

    private static LayerBlock ReadBlock(HfConfig block, int heads, int hiddenSize)
    {
        HfConfig attention = block.Nested("attention") ?? throw block.Wrong("attention", "an object");
        HfConfig mlp = block.Nested("ffn") ?? block.Nested("mlp") ?? throw block.Wrong("ffn", "an object");
        (BlockPart attentionPart, BlockPart mlpPart) = (Part(attention), Part(mlp));
        return new(
            attentionPart,
            attentionPart == BlockPart.Whole ? Groups(attention, heads) : null,
            mlpPart,
            mlpPart == BlockPart.Whole ? Width(mlp, hiddenSize) : null
        );
    }

    private static BlockPart Part(HfConfig part) =>
        part.FlagOr("no_op", false) ? BlockPart.None
        : part.FlagOr("replace_with_linear", false) ? BlockPart.Linear
        : BlockPart.Whole;

    private static int Groups(HfConfig attention, int heads)
    {
        if (attention.IsSet("num_query_groups"))
        {
            return attention.Integer("num_query_groups");
        }

        int headsOfGroup = attention.Integer("n_heads_in_group");
        return headsOfGroup > 0 && heads % headsOfGroup == 0
            ? heads / headsOfGroup
            : throw attention.Wrong("n_heads_in_group", $"a divisor of the {heads} heads");
    }

    // Hugging Face gives the width as a multiple of the hidden size that a plain MLP of as many parameters would have.
    private static int Width(HfConfig mlp, int hiddenSize)
    {
        if (mlp.IsSet("ffn_hidden_size"))
        {
            return mlp.Integer("ffn_hidden_size");
        }

        double width = Math.Truncate(2 * mlp.Number("ffn_mult") * hiddenSize / 3);
        return width is > 0 and <= int.MaxValue - WidthMultiple
            ? ((int)width + WidthMultiple - 1) / WidthMultiple * WidthMultiple
            : throw mlp.Wrong("ffn_mult", "a number that makes a width of the MLP");
    }
}
