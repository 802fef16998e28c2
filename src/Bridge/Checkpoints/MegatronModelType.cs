namespace MegatronBridge.Checkpoints;

/// <summary>The kinds of models that a checkpoint of Megatron-LM may hold.</summary>
public enum MegatronModelType
{
    /// <summary>A decoder, all of whose layers have attention.</summary>
    Gpt,

    /// <summary>The older name of <see cref="Hybrid"/>.</summary>
    Mamba,

    /// <summary>A decoder with layers of several kinds: state space, attention, MLP.</summary>
    Hybrid,
}
