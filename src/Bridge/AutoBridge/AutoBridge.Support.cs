using MegatronBridge.Config;
using MegatronBridge.Families;

namespace MegatronBridge;

// What can be converted.
public sealed partial class AutoBridge
{
    /// <summary>The architectures that can be converted, in alphabetical order.</summary>
    public static IReadOnlyList<string> ListSupportedModels() =>
        [
            .. FamilyList
                .All.SelectMany(family => family.OtherArchitectures.Prepend(family.Architecture))
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>The families, each of which bridges one kind of model or several that share their tensors.</summary>
    public static IReadOnlyList<Family> GetSupportedBridges() => FamilyList.All;

    /// <summary>True when there is a family for the model that a config describes.</summary>
    public static bool Supports(HfConfig config, params IEnumerable<Family> more)
    {
        try
        {
            return FamilyList.Find(config, more) is not null;
        }
        catch (Storage.BadFileException)
        {
            return false; // architectures that are no names
        }
    }

    /// <summary>
    /// True when a model can be converted, as far as its config tells; false also for a path or name that is none. Waits for the Hub, of
    /// which it needs the config only.
    /// </summary>
    /// <param name="path">A folder, <c>org/name</c> or <c>org/name@revision</c>.</param>
    /// <param name="trustRemoteCode">Makes no difference: code of a repository is never run.</param>
    public static bool CanHandle(string path, bool trustRemoteCode = false) =>
        CanHandle(path, new HfLoadOptions { TrustRemoteCode = trustRemoteCode });

    /// <summary>As <see cref="CanHandle(string, bool)"/>, with families and a Hub of one's own.</summary>
    public static bool CanHandle(string path, HfLoadOptions options) =>
        Task.Run(() => CanHandleAsync(path, options)).GetAwaiter().GetResult();

    /// <summary>As <see cref="CanHandle(string, bool)"/>, without blocking.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing else is thrown.</exception>
    public static async Task<bool> CanHandleAsync(
        string path,
        HfLoadOptions? options = null,
        CancellationToken cancellation = default
    )
    {
        options = (options ?? new()) with { WithWeights = false };
        try
        {
            using HfModelSource source = await HfModelSource.OpenAsync(path, options, null, cancellation);
            return Supports(source.Config, options.Families);
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }
}
