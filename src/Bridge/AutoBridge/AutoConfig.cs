using MegatronBridge.Config;
using MegatronBridge.Storage.Files;

namespace MegatronBridge;

/// <summary>Reads the config of a Hugging Face model without its weights. (Upstream: transformers' AutoConfig.)</summary>
public static class AutoConfig
{
    /// <summary>The config of a folder, or of a model of the Hub, whose answer it waits for.</summary>
    /// <exception cref="Storage.BadFileException">It is no Hugging Face model.</exception>
    /// <exception cref="Hub.HubException">The Hub does not have it, or cannot be reached.</exception>
    public static HfConfig FromPretrained(string path, HfLoadOptions? options = null) =>
        Task.Run(() => FromPretrainedAsync(path, options)).GetAwaiter().GetResult();

    /// <summary>The config of a folder, or of a model of the Hub.</summary>
    /// <exception cref="Storage.BadFileException">It is no Hugging Face model.</exception>
    /// <exception cref="Hub.HubException">The Hub does not have it, or cannot be reached.</exception>
    public static async Task<HfConfig> FromPretrainedAsync(
        string path,
        HfLoadOptions? options = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        options = (options ?? new()) with { WithWeights = false };
        using HfModelSource source = await HfModelSource.OpenAsync(path, options, progress, cancellation);
        return source.Config;
    }
}
