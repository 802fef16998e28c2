using MegatronBridge.Config;

namespace MegatronBridge.Checkpoints;

/// <summary>
/// Sets <c>use_cpu_initialization</c> of a config until it is disposed, and then what was there before. Models are in main memory here in
/// any case; the field matters to those who read the config.
/// </summary>
public sealed class MegatronCpuInitContext : IDisposable
{
    private readonly ModelProvider _config;
    private readonly bool _before;

    /// <summary>Sets the field.</summary>
    public MegatronCpuInitContext(ModelProvider config)
    {
        _config = config;
        _before = config.UseCpuInitialization;
        config.UseCpuInitialization = true;
    }

    /// <summary>Sets back what was there.</summary>
    public void Dispose() => _config.UseCpuInitialization = _before;
}
