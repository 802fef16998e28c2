namespace MegatronBridge.Model;

/// <summary>What one norm of the queries, and one of the keys, spans.</summary>
internal enum QkNormSpan
{
    /// <summary>A head; all heads share the weights.</summary>
    Head,

    /// <summary>All heads together; every rank has all of the weights.</summary>
    AllHeads,

    /// <summary>All heads together; each rank has the weights of its heads, in a module without extra state.</summary>
    OwnHeads,
}
