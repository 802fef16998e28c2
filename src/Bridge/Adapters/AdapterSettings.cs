namespace MegatronBridge.Adapters;

/// <summary>What an adapter says of itself as a whole.</summary>
public sealed record AdapterSettings
{
    /// <summary>How the model is adapted, in upstream's words.</summary>
    public required AdapterMethod Method { get; init; }

    /// <summary>Rank of the matrices: columns of B, rows of A.</summary>
    public required int Rank { get; init; }

    /// <summary>What the product of the matrices is multiplied by, times the rank.</summary>
    public required double Alpha { get; init; }

    /// <summary>Share of the inputs that training dropped.</summary>
    public double Dropout { get; init; }

    /// <summary>True when the adapters of routed experts have the rank divided by the number of experts that a token visits.</summary>
    public bool NormalizesExperts { get; init; }

    /// <summary>True when all experts of a layer share an adapter, of which a checkpoint then has copies.</summary>
    public bool SharesExperts { get; init; } = true;
}
