using MegatronBridge.Config;
using MegatronBridge.Hub;
using MegatronBridge.Quantization;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.HuggingFace;

namespace MegatronBridge;

/// <summary>A Hugging Face model on this machine: its config, and its weights as soon as somebody asks for them.</summary>
internal sealed class HfModelSource : IDisposable
{
    private readonly Lock _lock = new();
    private HfFolder? _folder;
    private DequantizedSource? _weights;
    private bool _isDisposed;

    private HfModelSource(HubModel model)
    {
        Path = model.Path;
        Id = model.Id;
        Revision = model.Revision;
        Config = HfConfig.Load(HfFolder.ConfigPath(model.Path));
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>What a checkpoint made of it says that it came from: the folder, or <c>org/name</c>.</summary>
    public string Id { get; }

    /// <summary>The revision of a model of the Hub; null for the newest.</summary>
    public string? Revision { get; }

    /// <summary>Its config.json.</summary>
    public HfConfig Config { get; }

    /// <summary>True when there are weights beside the config.</summary>
    public bool HasWeights =>
        Directory.EnumerateFiles(System.IO.Path.GetDirectoryName(Config.Path)!, "*.safetensors").Any();

    /// <summary>The folder with the headers of its weights, opened once for all ranks.</summary>
    /// <exception cref="Storage.BadFileException">The weights break a rule of their format.</exception>
    public HfFolder Folder
    {
        get
        {
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_isDisposed, typeof(AutoBridge));
                return _folder ??= HfFolder.Open(Path);
            }
        }
    }

    /// <summary>The tensors as the model knows them.</summary>
    /// <exception cref="Storage.BadFileException">The weights break a rule of their format.</exception>
    public DequantizedSource Weights
    {
        get
        {
            lock (_lock)
            {
                return _weights ??= DequantizedSource.Of(Folder, Config);
            }
        }
    }

    /// <summary>Opens a folder.</summary>
    /// <exception cref="Storage.BadFileException">It is no Hugging Face model.</exception>
    public static HfModelSource Open(string path) => new(new HubModel(path, path));

    /// <summary>Opens a folder, or a model of the Hub, downloaded as far as it is not in the cache.</summary>
    /// <exception cref="HubException">The Hub does not have it, or cannot be reached.</exception>
    /// <exception cref="Storage.BadFileException">It is no Hugging Face model.</exception>
    public static async Task<HfModelSource> OpenAsync(
        string model,
        HfLoadOptions options,
        IProgress<TransferProgress>? progress,
        CancellationToken cancellation
    )
    {
        if (IsLocal(model, options))
        {
            return Open(model);
        }

        using HuggingFaceHub hub = new(options.Hub ?? HubOptions.FromEnvironment());
        return new(await hub.LocateAsync(model, options.Revision, options.WithWeights, progress, cancellation));
    }

    /// <summary>True for what is opened without asking the Hub.</summary>
    private static bool IsLocal(string model, HfLoadOptions options) =>
        options.Revision is null && (System.IO.Path.Exists(model) || HubReference.TryParse(model) is null);

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _folder?.Dispose();
        }
    }
}
