namespace MegatronBridge.Hub;

/// <summary>A secret that the Hub knows its user by. It is printed as a placeholder, whatever prints it.</summary>
public sealed class HubToken
{
    /// <summary>Keeps a token; white space around it does not count.</summary>
    /// <exception cref="HubException">It is empty, or cannot be part of a request. The message does not show it.</exception>
    public HubToken(string value)
    {
        string trimmed = value.Trim();
        Value =
            trimmed.Length > 0 && trimmed.All(c => c is > ' ' and < '\x7f')
                ? trimmed
                : throw new HubException(
                    HubFault.BadReference,
                    "The Hub's token is empty or has characters that no token has. Set HF_TOKEN anew."
                );
    }

    /// <summary>The secret.</summary>
    internal string Value { get; }

    /// <inheritdoc/>
    public override string ToString() => "(token)";
}
