using System.Numerics;
using MegatronBridge.Config.Schema;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Config;

/// <summary>
/// How Megatron-Core builds a transformer: every field of upstream's class under its PascalCase name, and under its own by
/// <c>config["field_name"]</c>. What builds a whole model of it is a <see cref="ModelProvider"/>.
/// </summary>
public partial class TransformerConfig
{
    private Dictionary<string, ConfigValue> _values;
    private OrderedDictionary<string, ConfigValue> _unknown;

    /// <summary>A config with the defaults of Megatron-Core.</summary>
    public TransformerConfig()
        : this(ProviderSchema.Transformer) { }

    private protected TransformerConfig(ProviderSchema schema)
    {
        Schema = schema;
        _values = schema.Fields.ToDictionary(field => field.Name, field => field.Default, StringComparer.Ordinal);
        _unknown = new(StringComparer.Ordinal);
    }

    /// <summary>The class and its fields.</summary>
    public ProviderSchema Schema { get; }

    /// <summary>Fields of a run_config.yaml that the class does not have; kept, in their order.</summary>
    public IEnumerable<KeyValuePair<string, ConfigValue>> Unknown => _unknown;

    /// <summary>All fields that the class has, with their values.</summary>
    public IEnumerable<KeyValuePair<string, ConfigValue>> Fields => _values;

    /// <summary>Query groups: heads that share a key and a value; as many as heads when nothing is said.</summary>
    public int NumQueryGroups
    {
        get => IntegerOrNull("num_query_groups") ?? NumAttentionHeads;
        set => this["num_query_groups"] = value;
    }

    /// <summary>Channels of a head; the hidden size divided by the heads when nothing is said.</summary>
    public int KvChannels
    {
        get => IntegerOrNull("kv_channels") ?? (NumAttentionHeads == 0 ? 0 : HiddenSize / NumAttentionHeads);
        set => this["kv_channels"] = value;
    }

    /// <summary>Width of a dense MLP; four times the hidden size when nothing is said.</summary>
    public int FfnHiddenSize
    {
        get => IntegerOrNull("ffn_hidden_size") ?? 4 * HiddenSize;
        set => this["ffn_hidden_size"] = value;
    }

    /// <summary>Tensor parallel size inside an expert; as <see cref="TensorModelParallelSize"/> when nothing is said, 1 with expert parallelism.</summary>
    public int ExpertTensorParallelSize
    {
        get =>
            IntegerOrNull("expert_tensor_parallel_size") ?? (ExpertModelParallelSize > 1 ? 1 : TensorModelParallelSize);
        set => this["expert_tensor_parallel_size"] = value;
    }

    /// <summary>The value of a field by upstream's name. Setting checks the kind; null is always allowed.</summary>
    /// <exception cref="InvalidConfigException">The class has no such field, or the value is of another kind.</exception>
    public ConfigValue this[string field]
    {
        get => _values.TryGetValue(field, out ConfigValue? value) ? value : throw NoSuchField(field);
        set
        {
            ProviderField declared = Schema.Field(field) ?? throw NoSuchField(field);
            if (!value.IsNull && !FieldParser.Fits(declared, value))
            {
                throw new InvalidConfigException($"{field} must be {FieldParser.Describe(declared)}, found {value}.");
            }

            _values[field] = value;
        }
    }

    /// <summary>A field that is a size.</summary>
    /// <exception cref="InvalidConfigException">It is not set, less than 1, or absurd.</exception>
    public int Size(string field) => Size(field, 1 << 20);

    /// <summary>A field that is a number of layers.</summary>
    /// <exception cref="InvalidConfigException">It is not set, less than 1, or absurd.</exception>
    public int Count(string field) => Size(field, 4096);

    private int Size(string field, int most) =>
        Integer(field) is >= 1 and var size && size <= most
            ? size
            : throw new InvalidConfigException(
                $"{field} must be a whole number from 1 to {most}, found {this[field]}."
            );

    /// <summary>True when the class has the field.</summary>
    public bool Has(string field) => _values.ContainsKey(field);

    /// <summary>Sets a field from text, as <c>--set field=value</c> gives it.</summary>
    /// <exception cref="InvalidConfigException">There is no such field (the nearest name is told), or the text is not of its kind.</exception>
    public void SetFromText(string field, string text) =>
        this[field] = FieldParser.Parse(Schema.Field(field) ?? throw NoSuchField(field), text);

    /// <summary>Takes a field of a file: known ones by <see cref="this"/>, others are kept aside.</summary>
    public void SetOrKeep(string field, ConfigValue value)
    {
        if (Has(field))
        {
            this[field] = value;
        }
        else
        {
            _unknown[field] = value;
        }
    }

    /// <summary>
    /// True when a layer has experts: every n-th from the first for an interval n, else what the list says; false in dense models.
    /// </summary>
    public bool IsMoeLayer(int layer) =>
        NumMoeExperts is not null
        && MoeLayerFreq switch
        {
            ConfigValue.Integer { Value: var interval } => interval > 0 && layer % interval == 0,
            ConfigValue.List list => layer < list.Items.Count && list.Items[layer] == 1L,
            _ => true,
        };

    /// <summary>
    /// True when a layer has linear attention: all but every n-th for an interval n, else what the list says; false where there is
    /// none.
    /// </summary>
    public bool IsLinearAttentionLayer(int layer) =>
        LinearAttentionFreq switch
        {
            ConfigValue.Integer { Value: var interval } => interval > 0 && (layer + 1) % interval != 0,
            ConfigValue.List list => layer < list.Items.Count && list.Items[layer] == 1L,
            _ => false,
        };

    /// <summary>The same config, or provider, with values of its own.</summary>
    private protected TransformerConfig Copy()
    {
        TransformerConfig copy = (TransformerConfig)MemberwiseClone();
        copy._values = new(_values, StringComparer.Ordinal);
        copy._unknown = new(_unknown, StringComparer.Ordinal);
        return copy;
    }

    private protected ConfigValue Extension(string field) => _unknown.GetValueOrDefault(field) ?? ConfigValue.Null;

    private protected void SetExtension(string field, ConfigValue value)
    {
        if (value.IsNull)
        {
            _unknown.Remove(field);
        }
        else
        {
            _unknown[field] = value;
        }
    }

    private protected static ConfigValue Of(int? value) => value is { } number ? (ConfigValue)number : ConfigValue.Null;

    private protected static ConfigValue Of(double? value) =>
        value is { } number ? (ConfigValue)number : ConfigValue.Null;

    private protected static ConfigValue Of(bool? value) => value is { } flag ? (ConfigValue)flag : ConfigValue.Null;

    private protected static ConfigValue Of(DType? value) =>
        value is { } dtype ? Targets.DType(dtype.TorchName()) : ConfigValue.Null;

    private protected static ConfigValue Of(IReadOnlyList<int>? value) =>
        value is null ? ConfigValue.Null : ConfigValue.ListOf(value.Select(item => (ConfigValue)(long)item));

    private protected static ConfigValue Of(IReadOnlyList<string>? value) =>
        value is null ? ConfigValue.Null : ConfigValue.ListOf(value.Select(item => (ConfigValue)item));

    private protected IReadOnlyList<int>? IntegersOrNull(string field) =>
        (this[field] as ConfigValue.List)
            ?.Items.Select(item =>
                item is ConfigValue.Integer { Value: var value } && BigInteger.Abs(value) <= int.MaxValue
                    ? (int)value
                    : throw new InvalidConfigException(
                        $"{field} must be a list of whole numbers of 32 bits, found {this[field]}."
                    )
            )
            .ToArray();

    private protected IReadOnlyList<string>? TextsOrNull(string field) =>
        (this[field] as ConfigValue.List)?.Items.Select(item => item.ToString()).ToArray();

    private protected int Integer(string field) => IntegerOrNull(field) ?? throw NotSet(field);

    private protected int? IntegerOrNull(string field) =>
        this[field] switch
        {
            ConfigValue.Integer { Value: var value } when BigInteger.Abs(value) <= int.MaxValue => (int)value,
            { IsNull: true } => null,
            var value => throw new InvalidConfigException($"{field} must be a whole number of 32 bits, found {value}."),
        };

    private protected double Number(string field) => NumberOrNull(field) ?? throw NotSet(field);

    private protected double? NumberOrNull(string field) =>
        this[field] switch
        {
            ConfigValue.Integer { Value: var value } => (double)value,
            ConfigValue.Number { Value: var value } => value,
            _ => null,
        };

    private protected bool Flag(string field) => FlagOrNull(field) ?? throw NotSet(field);

    private protected bool? FlagOrNull(string field) =>
        this[field] is ConfigValue.Flag { Value: var value } ? value : null;

    private protected string Text(string field) => TextOrNull(field) ?? throw NotSet(field);

    private protected string? TextOrNull(string field) =>
        this[field] is ConfigValue.Text { Value: var value } ? value : null;

    private protected DType ElementType(string field) => ElementTypeOrNull(field) ?? throw NotSet(field);

    private protected DType? ElementTypeOrNull(string field) =>
        Targets.Of(this[field]) is { } target ? DTypes.FromTorchName(target["torch.".Length..]) : null;

    private InvalidConfigException NotSet(string field) =>
        new($"{field} of {Schema.Name} is not set, and a value is needed.");

    private InvalidConfigException NoSuchField(string field) =>
        new($"{Schema.Name} has no field \"{field}\". Did you mean \"{Schema.Nearest(field)}\"?");
}
