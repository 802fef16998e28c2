using System.Text;

namespace MegatronBridge.Storage.Torch.Pickle;

/// <summary>The calls that stand for sets and bytes in protocols that have no operation for them.</summary>
internal sealed class OlderForms(int protocol)
{
    // One pickle refers to each of these names once.
    private readonly PickleGlobal _encode = new("_codecs", "encode");
    private readonly PickleText _latin1 = new("latin1");
    private readonly PickleGlobal _bytes = Builtin("bytes", protocol);
    private readonly PickleGlobal _byteArray = Builtin("bytearray", protocol);
    private readonly PickleGlobal _set = Builtin("set", protocol);
    private readonly PickleGlobal _frozenSet = Builtin("frozenset", protocol);

    /// <summary>The call to write for a value, or null when the protocol has an operation for it.</summary>
    public PickleObject? Find(PickleValue value) =>
        value switch
        {
            PickleBytes { IsByteArray: true, Value.Length: 0 } when protocol < 5 => Call(_byteArray),
            PickleBytes { IsByteArray: true } bytes when protocol < 5 => Call(_byteArray, new PickleBytes(bytes.Value)),
            PickleBytes { IsByteArray: false, Value.Length: 0 } when protocol < 3 => Call(_bytes),
            PickleBytes { IsByteArray: false } bytes when protocol < 3 => Call(
                _encode,
                Encoding.Latin1.GetString(bytes.Value.Span),
                _latin1
            ),
            PickleSet set when protocol < 4 => Call(set.IsFrozen ? _frozenSet : _set, new PickleList([.. set.Items])),
            _ => null,
        };

    private static PickleObject Call(PickleGlobal callable, params ReadOnlySpan<PickleValue> arguments) =>
        new(PickleCall.Reduce, callable, arguments.IsEmpty ? PickleTuple.Empty : new PickleTuple(arguments));

    private static PickleGlobal Builtin(string name, int protocol) =>
        new(protocol < 3 ? "__builtin__" : "builtins", name);
}
