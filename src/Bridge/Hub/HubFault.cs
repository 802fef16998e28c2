namespace MegatronBridge.Hub;

/// <summary>What kind of thing went wrong with the Hub.</summary>
public enum HubFault
{
    /// <summary>A reference or setting is not of its form.</summary>
    BadReference,

    /// <summary>No connection, no answer in time, or an answer that the server is out of order.</summary>
    Unreachable,

    /// <summary>Not in the cache, and the network may not be used.</summary>
    NotCached,

    /// <summary>The token is missing, wrong, or may not do this; or a licence was not accepted.</summary>
    Denied,

    /// <summary>There is no such repository, revision or file.</summary>
    NotFound,

    /// <summary>The server asks to come back later.</summary>
    TooManyRequests,

    /// <summary>The answer is not what the protocol says, or not safe to follow.</summary>
    BadAnswer,

    /// <summary>A file arrived with other bytes than it should have.</summary>
    Corrupt,
}
