using System.Globalization;
using System.Text.RegularExpressions;

namespace MegatronBridge.Hub;

/// <summary>The environment variables of <c>huggingface_hub</c>, with its defaults; an empty variable counts as none.</summary>
internal sealed partial class HubEnvironment(Func<string, string?> variable)
{
    private const int MostTokenBytes = 64 << 10;

    public HubOptions Options()
    {
        TimeSpan answer = Seconds("HF_HUB_ETAG_TIMEOUT");
        return new()
        {
            Endpoint = Endpoint(),
            CacheFolder = Path.GetFullPath(
                Expand(First("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE") ?? Path.Combine(HomeFolder(), "hub"))
            ),
            Token = Token(),
            Offline = IsTrue(First("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")),
            WithoutLinks = OperatingSystem.IsWindows() || IsTrue(First("HF_HUB_DISABLE_SYMLINKS")),
            AnswerTimeout = answer,
            ConnectTimeout = TimeSpan.FromSeconds(Math.Min(5, answer.TotalSeconds)),
            DownloadTimeout = Seconds("HF_HUB_DOWNLOAD_TIMEOUT"),
        };
    }

    private Uri Endpoint() =>
        First("HF_ENDPOINT") is not { } text ? HubOptions.PublicEndpoint
        : Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out Uri? uri) && uri.Scheme is "https" or "http" ? uri
        : throw new HubException(
            HubFault.BadReference,
            $"HF_ENDPOINT is '{HubText.Of(text)}', but must be an address such as {HubOptions.PublicEndpoint}."
        );

    private HubToken? Token()
    {
        if (IsTrue(First("HF_HUB_DISABLE_IMPLICIT_TOKEN")))
        {
            return null;
        }

        if (First("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")?.Trim() is { Length: > 0 } token)
        {
            return new(token);
        }

        FileInfo file = new(Expand(First("HF_TOKEN_PATH") ?? Path.Combine(HomeFolder(), "token")));
        try
        {
            return
                file.Exists
                && file.Length <= MostTokenBytes
                && File.ReadAllText(file.FullName).Trim() is { Length: > 0 } stored
                ? new(stored)
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // public models need none, and where one is needed the message tells how to give it
        }
    }

    private string HomeFolder() =>
        Expand(First("HF_HOME") ?? Path.Combine(First("XDG_CACHE_HOME") ?? Path.Combine("~", ".cache"), "huggingface"));

    private string? First(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (variable(name) is { Length: > 0 } value)
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>Replaces a leading <c>~</c>, <c>$NAME</c> and <c>${NAME}</c>; unknown variables stay as they are.</summary>
    private string Expand(string path)
    {
        string user = First("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string expanded = path is "~" || path.StartsWith("~/", StringComparison.Ordinal) ? user + path[1..] : path;
        return Reference().Replace(expanded, match => variable(match.Groups[1].Value.Trim('{', '}')) ?? match.Value);
    }

    private TimeSpan Seconds(string name)
    {
        if (First(name) is not { } text)
        {
            return TimeSpan.FromSeconds(10);
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) && seconds <= 86_400
            ? TimeSpan.FromSeconds(seconds == 0 ? 10 : seconds)
            : throw new HubException(
                HubFault.BadReference,
                $"{name} is '{HubText.Of(text)}', but must be a whole number of seconds."
            );
    }

    private static bool IsTrue(string? value) => value?.ToUpperInvariant() is "1" or "ON" or "YES" or "TRUE";

    [GeneratedRegex(@"\$(\w+|\{\w+\})", RegexOptions.ECMAScript, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Reference();
}
