namespace MegatronBridge.Model;

/// <summary>What one norm of the queries, and one of the keys, spans.</summary>
internal enum QkNormSpan
{
    /// <summary>A head; all heads share the weights.</summary>
    Head,

    /// <summary>A head; each head has weights of its own, a row of the matrix, and each rank those of its heads.</summary>
    EachHead,

    /// <summary>All heads together; every rank has all of the weights.</summary>
    AllHeads,

    /// <summary>All heads together; each rank has the weights of its heads, in a module without extra state.</summary>
    OwnHeads,
}
