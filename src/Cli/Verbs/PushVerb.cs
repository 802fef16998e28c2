using System.CommandLine;
using MegatronBridge.Cli.Errors;
using MegatronBridge.Cli.Output;
using MegatronBridge.Cli.Parsing;
using MegatronBridge.Hub;

namespace MegatronBridge.Cli.Verbs;

/// <summary><c>push</c>: a folder becomes a commit on the Hub.</summary>
internal sealed class PushVerb : Verb
{
    private readonly TextOption _model = new(
        "--model",
        "DIR",
        "The folder to push: a model of either format.",
        "--hf-path"
    )
    {
        Required = true,
    };

    private readonly TextOption _repository = new(
        "--repo-id",
        "ORG/NAME",
        "The repository; it is made when it is not there."
    )
    {
        Required = true,
    };

    private readonly TextOption _revision = new(
        "--revision",
        "BRANCH",
        "The branch that gets the commit; it is made when it is not there. Default: main."
    );

    private readonly TextOption _message = new(
        "--message",
        "TEXT",
        "First line of the commit's message. Default: Upload model.",
        "--commit-message"
    );

    private readonly FlagOption _private = new(
        "--private",
        "Only its owner may read a repository that is made. A repository that everybody may read is refused."
    );
    private readonly FlagOption _public = new("--public", "Everybody may read a repository that is made.");
    private readonly FlagOption _dryRun = new(
        "--dry-run",
        "Ask the Hub which files are new, and print the plan; make and send nothing."
    );
    private readonly FlagOption _noProgress = new("--no-progress", "Show no progress.");

    public PushVerb()
        : base("push", "Pushes the folder of a model to the Hugging Face Hub, as one commit.")
    {
        AddOptions(_model, _repository, _revision, _message, _private, _public, _dryRun, _noProgress);
    }

    /// <inheritdoc/>
    public override string Example => "--model tiny-llama --repo-id me/tiny-llama --private";

    /// <inheritdoc/>
    public override async Task<Report> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        (bool isPrivate, bool isPublic) = (parsed.GetValue(_private), parsed.GetValue(_public));
        if (isPrivate && isPublic)
        {
            throw new UsageException($"{CommandLine.Name} {Name}", ["Give --private or --public, not both."]);
        }

        PushOptions options = new() { IsPrivate = isPrivate || isPublic ? isPrivate : null };
        options = options with
        {
            Revision = parsed.GetValue(_revision) ?? options.Revision,
            Message = parsed.GetValue(_message) ?? options.Message,
        };
        string folder = parsed.GetRequiredValue(_model);
        RepositoryId repository = RepositoryId.Parse(parsed.GetRequiredValue(_repository));
        using HuggingFaceHub hub = new(HubOptions.FromEnvironment(terminal.Variable));
        if (parsed.GetValue(_dryRun))
        {
            return new PushPlanReport(repository, await hub.PlanPushAsync(folder, repository, options, cancellation));
        }

        Terminal screen = parsed.GetValue(_noProgress) ? terminal with { ShowsProgress = false } : terminal;
        using ProgressLine progress = new(screen, Name);
        return new PushReport(
            repository,
            await hub.PushToHubAsync(folder, repository, options, progress, cancellation)
        );
    }
}
