namespace MegatronBridge.Storage.Torch.Pickle;

/// <summary>The loops of CPython's pickler that write contents in batches; they differ at the ends.</summary>
internal enum PickleBatching
{
    /// <summary>A list: marks every batch unless the list has one item.</summary>
    List,

    /// <summary>A dict: as a list, but a full last batch is followed by an empty one.</summary>
    Dict,

    /// <summary>A set: as a dict, but one item is marked too.</summary>
    Set,

    /// <summary>What an object hands out one by one: a batch of one is not marked.</summary>
    Iterator,
}
