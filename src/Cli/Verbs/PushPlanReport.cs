using System.Text.Json;
using MegatronBridge.Cli.Output;
using MegatronBridge.Hub;

namespace MegatronBridge.Cli.Verbs;

/// <summary>Prints what a push would do.</summary>
internal sealed class PushPlanReport(RepositoryId repository, PushPlan plan) : Report
{
    /// <inheritdoc/>
    protected override void WriteJson(Utf8JsonWriter json)
    {
        json.WriteString("verb", "push");
        json.WriteBoolean("dry_run", true);
        json.WriteString("repository", $"{repository}");
        json.WriteString("page", plan.Page.AbsoluteUri);
        json.WriteBoolean("new_repository", plan.IsNewRepository);
        json.WriteBoolean("new_branch", plan.IsNewBranch);
        json.WriteStartArray("files");
        foreach ((string path, long bytes) in plan.Changed)
        {
            json.WriteStartObject();
            json.WriteString("name", path);
            json.WriteNumber("bytes", bytes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        PushReport.WritePaths(json, "unchanged", plan.Unchanged);
        PushReport.WritePaths(json, "ignored", plan.Ignored);
    }

    /// <inheritdoc/>
    protected override void WriteText(TextWriter text)
    {
        string made = plan switch
        {
            { IsNewRepository: true, IsNewBranch: true } => ", making it and the branch",
            { IsNewRepository: true } => ", making it",
            { IsNewBranch: true } => ", making the branch",
            _ => "",
        };
        text.WriteLine($"Would push {plan.Changed.Count} files to {repository}{made}");
        Columns files = new("file", ">bytes");
        foreach ((string path, long bytes) in plan.Changed)
        {
            files.Add(path, $"{bytes}");
        }

        if (plan.Changed.Count > 0)
        {
            files.WriteTo(text);
        }

        PushReport.WriteRest(text, plan.Unchanged, plan.Ignored);
        text.WriteLine(plan.Page.AbsoluteUri);
    }
}
