using System.Diagnostics.CodeAnalysis;
using System.Text;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Storage.Torch.Pickle;

/// <summary>
/// What a value means to Python, where that is known without running anything (docs/formats.md, pickle). Each method is
/// false for any other value, so that the caller can say what should have stood in that place.
/// </summary>
public static class PickleValues
{
    /// <summary>A <c>str</c>.</summary>
    public static bool TryGetText(this PickleValue? value, [NotNullWhen(true)] out string? text)
    {
        text = (value as PickleText)?.Value;
        return text is not null;
    }

    /// <summary>A <c>bool</c>, also one of numpy.</summary>
    public static bool TryGetBool(this PickleValue? value, out bool boolean)
    {
        value = NumpyScalar.Unwrap(value);
        boolean = value is PickleBool { Value: true };
        return value is PickleBool;
    }

    /// <summary>An <c>int</c> of at most 64 bits, also one of numpy.</summary>
    public static bool TryGetInt64(this PickleValue? value, out long number)
    {
        value = NumpyScalar.Unwrap(value);
        bool fits = value is PickleInt it && it.Value >= long.MinValue && it.Value <= long.MaxValue;
        number = fits ? (long)((PickleInt)value!).Value : 0;
        return fits;
    }

    /// <summary>A <c>float</c> or <c>int</c>, also one of numpy.</summary>
    public static bool TryGetDouble(this PickleValue? value, out double number)
    {
        value = NumpyScalar.Unwrap(value);
        number = value switch
        {
            PickleFloat it => it.Value,
            PickleInt it => (double)it.Value,
            _ => 0,
        };
        return value is PickleFloat or PickleInt;
    }

    /// <summary>A path, as <c>pathlib</c> pickles it: whole or in parts.</summary>
    public static bool TryGetPath(this PickleValue? value, [NotNullWhen(true)] out string? path)
    {
        path = null;
        if (
            value is PickleObject { Class: { Module: "pathlib" or "pathlib._local", Name: var name } } it
            && name.EndsWith("Path", StringComparison.Ordinal)
        )
        {
            string[] parts = [.. it.Arguments.Items.OfType<PickleText>().Select(part => part.Value)];
            path = parts.Length == it.Arguments.Items.Count ? parts.Aggregate("", JoinPath) : null;
        }

        return path is not null;
    }

    /// <summary>A member of an enum class, by its value: <c>ModelType(1)</c>.</summary>
    public static bool TryGetEnum(this PickleValue? value, [NotNullWhen(true)] out PickleGlobal? type, out long number)
    {
        type = null;
        number = 0;
        if (
            value is PickleObject { Call: PickleCall.Reduce, Class: { } name, Arguments.Items: [var argument] }
            && argument.TryGetInt64(out number)
        )
        {
            type = name;
        }

        return type is not null;
    }

    /// <summary>The items of a <c>list</c>, <c>tuple</c>, <c>set</c> or <c>torch.Size</c>.</summary>
    public static bool TryGetItems(this PickleValue? value, [NotNullWhen(true)] out IReadOnlyList<PickleValue>? items)
    {
        items = value switch
        {
            PickleList it => it.Items,
            PickleTuple it => it.Items,
            PickleSet it => it.Items,
            PickleObject { Class: { } type, Arguments.Items: [PickleTuple it] } when type.Is("torch", "Size") =>
                it.Items,
            PickleObject { Class: { } type, Arguments.Items: [PickleList it] }
                when type.Is("builtins", "set") || type.Is("builtins", "frozenset") => it.Items,
            _ => null,
        };
        return items is not null;
    }

    /// <summary>A <c>tuple</c>, <c>list</c> or <c>torch.Size</c> of ints.</summary>
    public static bool TryGetInt64s(this PickleValue? value, [NotNullWhen(true)] out long[]? numbers)
    {
        numbers = null;
        if (!value.TryGetItems(out IReadOnlyList<PickleValue>? items))
        {
            return false;
        }

        long[] found = new long[items.Count];
        for (int i = 0; i < found.Length; i++)
        {
            if (!items[i].TryGetInt64(out found[i]))
            {
                return false;
            }
        }

        numbers = found;
        return true;
    }

    /// <summary>The dimensions in a <c>torch.Size</c>, <c>tuple</c> or <c>list</c> of ints that are not negative.</summary>
    public static bool TryGetShape(this PickleValue? value, out Shape shape)
    {
        bool fits =
            value.TryGetInt64s(out long[]? sizes)
            && !sizes.AsSpan().ContainsAnyInRange(long.MinValue, -1)
            && Shape.Product(sizes) is not null;
        shape = fits ? new Shape(sizes) : Shape.Scalar;
        return fits;
    }

    /// <summary>The name of an element type, such as <c>torch.bfloat16</c>.</summary>
    public static bool TryGetDType(this PickleValue? value, out DType dtype)
    {
        DType? found = value is PickleGlobal { Module: "torch" } name ? DTypes.FromTorchName(name.Name) : null;
        dtype = found ?? default;
        return found is not null;
    }

    /// <summary>The contents of a <c>dict</c>, <c>OrderedDict</c>, <c>defaultdict</c> or <c>Counter</c>.</summary>
    public static bool TryGetDict(this PickleValue? value, [NotNullWhen(true)] out PickleDict? dict)
    {
        dict = value switch
        {
            PickleDict it => it,
            PickleObject { Class: { } type, Arguments.Items: [PickleList pairs] }
                when type.Is("collections", "OrderedDict") => FromPairs(pairs),
            PickleObject { Class: { } type } it
                when type.Is("collections", "OrderedDict") || type.Is("collections", "defaultdict") => it.Entries,
            PickleObject { Class: { } type, Arguments.Items: [PickleDict it] } when type.Is("collections", "Counter") =>
                it,
            _ => null,
        };
        return dict is not null;
    }

    /// <summary>
    /// The attributes of an object that carries nothing else: a <c>Namespace</c>, a dataclass, an object with slots.
    /// </summary>
    public static bool TryGetAttributes(this PickleValue? value, [NotNullWhen(true)] out PickleDict? attributes)
    {
        attributes = value is not PickleObject it
            ? null
            : it.State switch
            {
                PickleDict state => state,
                PickleTuple { Items: [PickleDict state, PickleNone] } => state,
                PickleTuple { Items: [PickleNone, PickleDict slots] } => slots,
                PickleTuple { Items: [PickleDict state, PickleDict slots] } => Join(state, slots),
                _ => null,
            };
        return attributes is not null;
    }

    /// <summary>The contents of <c>bytes</c>, a <c>bytearray</c> or a <c>BytesIO</c>.</summary>
    public static bool TryGetBytes(this PickleValue? value, out ReadOnlyMemory<byte> bytes)
    {
        if (value is PickleObject { Class: { } type } it)
        {
            value = type switch
            {
                _ when type.Is("_io", "BytesIO") => it.State is PickleTuple { Items: [var held, ..] } ? held : null,
                _ when type.Is("builtins", "bytearray") && it.Arguments.Items is [var held] => held,
                _ => value,
            };
        }

        PickleBytes? found = value switch
        {
            PickleBytes content => content,
            PickleObject { Class: { } name, Arguments.Items: [PickleText text, PickleText { Value: "latin1" }] }
                when name.Is("_codecs", "encode") && !text.Value.AsSpan().ContainsAnyExceptInRange('\0', '\xff') =>
                new PickleBytes(Encoding.Latin1.GetBytes(text.Value)),
            PickleObject { Class: { } name, Arguments.Items: [] }
                when name.Is("builtins", "bytes") || name.Is("builtins", "bytearray") => new PickleBytes(default),
            _ => null,
        };
        bytes = found?.Value ?? default;
        return found is not null;
    }

    private static string JoinPath(string folder, string part) =>
        folder.Length == 0 || part.StartsWith('/') ? part : $"{folder.TrimEnd('/')}/{part}";

    private static PickleDict? FromPairs(PickleList pairs)
    {
        PickleDict dict = new();
        foreach (PickleValue pair in pairs.Items)
        {
            if (!pair.TryGetItems(out IReadOnlyList<PickleValue>? items) || items is not [var key, var value])
            {
                return null;
            }

            if (!dict.TryAdd(key, value))
            {
                return null;
            }
        }

        return dict;
    }

    private static PickleDict? Join(PickleDict first, PickleDict second)
    {
        PickleDict joined = new();
        foreach (KeyValuePair<PickleValue, PickleValue> entry in first.Entries.Concat(second.Entries))
        {
            if (!joined.TryAdd(entry.Key, entry.Value))
            {
                return null;
            }
        }

        return joined;
    }
}
