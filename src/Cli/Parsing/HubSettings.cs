using System.CommandLine;
using MegatronBridge.Cli.Output;
using MegatronBridge.Hub;

namespace MegatronBridge.Cli.Parsing;

/// <summary>The options of all verbs that take a model by its name on the Hugging Face Hub.</summary>
internal sealed class HubSettings
{
    private readonly TextOption _revision = new(
        "--revision",
        "REV",
        "Branch, tag or commit of a model on the Hub; ORG/NAME@REV says the same. Default: main."
    );

    private readonly FlagOption _offline = new(
        "--offline",
        "Use no network: a model of the Hub must be in the cache. HF_HUB_OFFLINE=1 says the same."
    );

    private readonly TextOption _cacheFolder = new(
        "--cache-dir",
        "DIR",
        "Cache for models of the Hub, shared with huggingface_hub. Default: HF_HUB_CACHE, else hub in HF_HOME."
    );

    /// <summary>Adds the options to a verb.</summary>
    /// <param name="verb">The verb.</param>
    /// <param name="withRevision">False where there are several models, so that only <c>@REV</c> tells whose revision it is.</param>
    public void AddTo(Command verb, bool withRevision = true)
    {
        if (withRevision)
        {
            verb.Options.Add(_revision);
        }

        verb.Options.Add(_offline);
        verb.Options.Add(_cacheFolder);
    }

    /// <summary>Where the Hub and its cache are.</summary>
    public HubOptions Read(ParseResult parsed, Terminal terminal)
    {
        HubOptions options = HubOptions.FromEnvironment(terminal.Variable);
        return options with
        {
            Offline = options.Offline || parsed.GetValue(_offline),
            CacheFolder = parsed.GetValue(_cacheFolder) is { } folder ? Path.GetFullPath(folder) : options.CacheFolder,
        };
    }

    /// <summary>The file or folder of that name, else the config of the model of the Hub, downloaded where needed, without weights.</summary>
    public async Task<HubModel> LocateConfigAsync(
        string model,
        ParseResult parsed,
        Terminal terminal,
        CancellationToken cancellation
    )
    {
        string? revision = parsed.GetValue(_revision);
        if ((revision is null && Path.Exists(model)) || HubReference.TryParse(model) is not { } reference)
        {
            return new(model, model);
        }

        reference = revision is null ? reference : new(reference.Repository, revision);
        using HuggingFaceHub hub = new(Read(parsed, terminal));
        HubSnapshot snapshot = await hub.DownloadAsync(reference, withWeights: false, cancellation: cancellation);
        return new(snapshot.Path, reference.Repository.ToString(), snapshot);
    }

    /// <summary>The folder of that name, else the model of the Hub, downloaded where needed.</summary>
    public async Task<HubModel> LocateAsync(
        string model,
        ParseResult parsed,
        Terminal terminal,
        TransferSettings transfer,
        CancellationToken cancellation
    )
    {
        string? revision = parsed.GetValue(_revision);
        if (revision is null && Path.Exists(model))
        {
            return new(model, model);
        }

        using HuggingFaceHub hub = new(Read(parsed, terminal));
        HubModel found = await transfer.RunAsync(
            "download",
            (progress, stop) => hub.LocateAsync(model, revision, true, progress, stop),
            parsed,
            terminal,
            cancellation
        );
        if (found.Snapshot?.Notice is { } notice)
        {
            terminal.Error.WriteLine($"{CommandLine.Name}: {Printable.Line(notice)}");
        }

        return found;
    }
}
