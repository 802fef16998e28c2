namespace MegatronBridge.Hub;

/// <summary>The Hub, or the way to it, does not give what is asked for. The message says what was tried and what to do.</summary>
public sealed class HubException(HubFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The kind of fault.</summary>
    public HubFault Fault { get; } = fault;
}
