using MegatronBridge.Storage;
using MegatronBridge.Storage.Files;

namespace MegatronBridge.Hub;

/// <summary>
/// The Hugging Face Hub: downloads models into the cache that all its clients share, and uploads models. May be used from any
/// number of threads.
/// </summary>
public sealed class HuggingFaceHub : IDisposable
{
    private readonly HubConnection _connection;
    private readonly HubApi _api;

    /// <summary>Prepares a client; nothing is sent yet.</summary>
    public HuggingFaceHub(HubOptions options)
    {
        _connection = new(options);
        _api = new(_connection);
    }

    /// <summary>Finds a model: the folder of that name, else the one on the Hub, which is downloaded as far as it is not in the cache.</summary>
    /// <param name="model">A folder, <c>org/name</c> or <c>org/name@revision</c>.</param>
    /// <param name="revision">A revision of a model on the Hub, where <paramref name="model"/> names none.</param>
    /// <param name="withWeights">False for config, tokenizer and settings only.</param>
    /// <param name="progress">Told the bytes of weights that came, and of all that are missing.</param>
    /// <param name="cancellation">Stops; what came is kept and need not come again.</param>
    /// <exception cref="HubException">There is no such folder, and the Hub does not have it or cannot be reached.</exception>
    /// <exception cref="BadFileException">The cache cannot be written, or its disk is too small.</exception>
    public async Task<HubModel> LocateAsync(
        string model,
        string? revision = null,
        bool withWeights = true,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        bool isLocal = Path.Exists(model);
        HubReference? reference = isLocal ? null : HubReference.TryParse(model);
        if (revision is not null && (reference is null || model.Contains('@', StringComparison.Ordinal)))
        {
            throw new HubException(
                HubFault.BadReference,
                isLocal || reference is null
                    ? $"A revision ({HubText.Of(revision)}) is given, but {model} is {(isLocal ? "a local file or folder" : "no name on the Hub")}."
                    : $"Two revisions are given: {HubText.Of(revision)} and that of {model}."
            );
        }

        if (reference is null)
        {
            return new(model, model); // who opens it has the best words for a path that is none
        }

        reference = revision is null ? reference : new(reference.Repository, revision);
        try
        {
            HubSnapshot snapshot = await DownloadAsync(reference, withWeights, progress, cancellation);
            return new(snapshot.Path, reference.Repository.ToString(), snapshot);
        }
        catch (HubException e)
        {
            throw new HubException(e.Fault, $"There is no folder {model}. As a model of the Hub: {e.Message}", e);
        }
    }

    /// <summary>Downloads the files of a model that a conversion needs, as far as they are not in the cache.</summary>
    /// <param name="reference">The model.</param>
    /// <param name="withWeights">False for config, tokenizer and settings only.</param>
    /// <param name="progress">Told the bytes of weights that came, and of all that are missing.</param>
    /// <param name="cancellation">Stops; what came is kept and need not come again.</param>
    /// <exception cref="HubException">The Hub does not have it or cannot be reached, and the cache does not have it whole.</exception>
    /// <exception cref="BadFileException">The cache cannot be written, or its disk is too small.</exception>
    public Task<HubSnapshot> DownloadAsync(
        HubReference reference,
        bool withWeights = true,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellation = default
    ) => new SnapshotDownload(_api, reference, withWeights).RunAsync(progress, cancellation);

    /// <summary>A model in the cache, without asking the Hub; null when it is not there as a whole.</summary>
    public HubSnapshot? FindCached(HubReference reference, bool withWeights = true) =>
        new SnapshotDownload(_api, reference, withWeights).FindCached();

    /// <summary>
    /// Pushes a folder as one commit. The repository and the branch are made when they are not there; files that are there with the
    /// same contents are skipped, files that only the repository has stay.
    /// </summary>
    /// <param name="folder">A folder with files, for example an exported model.</param>
    /// <param name="repository">Where to: <c>org/name</c>.</param>
    /// <param name="options">Message, branch, and who may read a new repository; null for the defaults.</param>
    /// <param name="progress">Told the bytes of large files that went, and of all that must go.</param>
    /// <param name="cancellation">Stops; without the commit, which comes last, nothing is to be seen on the Hub.</param>
    /// <exception cref="HubException">The token is missing or may not write, or the Hub refuses or cannot be reached.</exception>
    /// <exception cref="BadFileException">The folder, or a file in it, cannot be read.</exception>
    public Task<PushResult> PushToHubAsync(
        string folder,
        RepositoryId repository,
        PushOptions? options = null,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        options ??= new();
        return Refusal(repository, options) is { } fault
            ? Task.FromException<PushResult>(fault)
            : new FolderUpload(_api, new(repository, options.Revision), options).RunAsync(
                folder,
                progress,
                cancellation
            );
    }

    /// <summary>Tells what <see cref="PushToHubAsync"/> would do. Nothing is made, and of the files only names and first bytes are sent.</summary>
    /// <param name="folder">A folder with files, for example an exported model.</param>
    /// <param name="repository">Where to: <c>org/name</c>.</param>
    /// <param name="options">Message, branch, and who may read a new repository; null for the defaults.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="HubException">The token is missing or may not write, or the Hub refuses or cannot be reached.</exception>
    /// <exception cref="BadFileException">The folder, or a file in it, cannot be read.</exception>
    public Task<PushPlan> PlanPushAsync(
        string folder,
        RepositoryId repository,
        PushOptions? options = null,
        CancellationToken cancellation = default
    )
    {
        options ??= new();
        return Refusal(repository, options) is { } fault
            ? Task.FromException<PushPlan>(fault)
            : new UploadPlan(_api, new(repository, options.Revision), options).RunAsync(folder, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    /// <summary>Why nothing can be pushed, whatever the folder has; null when nothing is known against it.</summary>
    private HubException? Refusal(RepositoryId repository, PushOptions options) =>
        repository.Organization is null
            ? new(HubFault.BadReference, $"{repository} has no organization: a push needs org/name.")
        : options.Message.Length == 0 ? new(HubFault.BadReference, "A commit needs a message.")
        : _connection.Options.Offline
            ? new(HubFault.NotCached, $"{repository} cannot be pushed: the network is not used (HF_HUB_OFFLINE).")
        : _connection.Options.Token is null
            ? new(HubFault.Denied, $"To push {repository}, set HF_TOKEN to a token that may write to it.")
        : null;
}
