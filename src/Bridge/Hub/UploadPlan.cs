namespace MegatronBridge.Hub;

/// <summary>Finds out what a push would do: nothing is made and nothing sent but the names and first bytes that the Hub judges files by.</summary>
internal sealed class UploadPlan(HubApi api, HubReference target, PushOptions options)
{
    /// <summary>Asks.</summary>
    /// <exception cref="HubException">The Hub refuses, or cannot be reached.</exception>
    /// <exception cref="Storage.BadFileException">The folder, or a file in it, cannot be read.</exception>
    public async Task<PushPlan> RunAsync(string folder, CancellationToken cancellation)
    {
        IReadOnlyList<PushedFile> files = PushedFile.In(folder);
        bool isThere = await IsThereAsync(new(target.Repository), cancellation);
        bool hasBranch = isThere && await IsThereAsync(target, cancellation);
        if (isThere)
        {
            // A new branch begins as the main one.
            FolderUpload upload = new(api, hasBranch ? target : new(target.Repository), options);
            await upload.RequireVisibilityAsync(cancellation);
            await upload.CompareAsync(files, cancellation);
        }

        PushedFile[] wanted = [.. files.Where(file => !file.IsIgnored)];
        PushedFile[] changed = [.. wanted.Where(file => !isThere || file.Hash != file.RemoteHash)];
        return new()
        {
            Page = api.Connection.Address($"{target.Repository}"),
            IsNewRepository = !isThere,
            IsNewBranch = !hasBranch && target.Revision != HubReference.MainRevision,
            Changed = [.. changed.Select(file => KeyValuePair.Create(file.Path, file.Size))],
            Unchanged = [.. wanted.Except(changed).Select(file => file.Path)],
            Ignored = [.. files.Except(wanted).Select(file => file.Path)],
        };
    }

    private async Task<bool> IsThereAsync(HubReference reference, CancellationToken cancellation)
    {
        try
        {
            await api.CommitAsync(reference, cancellation);
            return true;
        }
        catch (HubException e) when (e.Fault == HubFault.NotFound)
        {
            return false;
        }
    }
}
