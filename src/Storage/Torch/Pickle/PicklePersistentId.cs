namespace MegatronBridge.Storage.Torch.Pickle;

/// <summary>A reference to something outside the pickle: in torch files, to a storage record.</summary>
public sealed class PicklePersistentId : PickleValue
{
    /// <summary>Refers to <paramref name="id"/>.</summary>
    public PicklePersistentId(PickleValue id) => Id = Adopt(id);

    /// <summary>In torch files the tuple <c>('storage', class, key, location, element count)</c>.</summary>
    public PickleValue Id { get; }
}
