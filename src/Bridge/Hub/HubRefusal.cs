using System.Net;

namespace MegatronBridge.Hub;

/// <summary>What an answer other than success means, in words for the user.</summary>
internal static class HubRefusal
{
    /// <summary>The exception for such an answer.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="reference">What was asked about.</param>
    /// <param name="what">The file or the action that was asked for, or null for the repository as such.</param>
    /// <param name="hasToken">Whether a token was sent to the Hub.</param>
    /// <param name="told">What the body of the answer says, or null.</param>
    public static HubException Of(
        HttpResponseMessage response,
        HubReference reference,
        string? what,
        bool hasToken,
        string? told = null
    )
    {
        string host = response.RequestMessage!.RequestUri!.Authority;
        string page = response.RequestMessage.RequestUri.GetComponents(
            UriComponents.SchemeAndServer,
            UriFormat.UriEscaped
        );
        RepositoryId repository = reference.Repository;
        int status = (int)response.StatusCode;
        string said = (Header(response, "X-Error-Message") ?? told) is { } text ? $" It says: {HubText.Of(text)}" : "";
        string login = hasToken
            ? "The token that was sent may not read it, or there is no such repository."
            : "It does not exist, or it is private or gated: then set HF_TOKEN to a token of an account that may read it.";
        return Header(response, "X-Error-Code") switch
        {
            "GatedRepo" => new(
                HubFault.Denied,
                $"{repository} is gated. Accept its licence at {page}/{repository}, and set HF_TOKEN to a token of the "
                    + $"account that accepted it.{(hasToken ? " The token that was sent may not read it." : "")}{said}"
            ),
            "RevisionNotFound" => new(
                HubFault.NotFound,
                $"{repository} has no revision '{reference.Revision}' on {host}."
            ),
            "EntryNotFound" => new(
                HubFault.NotFound,
                $"{repository} has no file {what} at the revision '{reference.Revision}' on {host}."
            ),
            "RepoNotFound" => NotFound(),
            _ when said.Contains("Invalid credentials", StringComparison.OrdinalIgnoreCase) => new(
                HubFault.Denied,
                $"{host} does not know the token that was sent. Set HF_TOKEN anew, or unset it for public models.{said}"
            ),
            _ => response.StatusCode switch
            {
                HttpStatusCode.NotFound when what is null => NotFound(),
                HttpStatusCode.NotFound => new(
                    HubFault.NotFound,
                    $"{host} has no {what} of {repository} (status 404).{said}"
                ),
                HttpStatusCode.Unauthorized when what is null => NotFound(),
                HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new(
                    HubFault.Denied,
                    $"{host} refuses {what ?? "access"} for {repository} (status {status}). "
                        + (hasToken ? "The token that was sent may not do this." : "Set HF_TOKEN.")
                        + said
                ),
                HttpStatusCode.TooManyRequests => new(
                    HubFault.TooManyRequests,
                    $"{host} wants fewer requests (status 429). Try again later{(hasToken ? "" : ", or set HF_TOKEN")}.{said}"
                ),
                >= HttpStatusCode.InternalServerError => new(
                    HubFault.Unreachable,
                    $"{host} is out of order (status {status}). Try again later.{said}"
                ),
                _ => new(
                    HubFault.BadAnswer,
                    $"{host} answers {what ?? repository.ToString()} with status {status}.{said}"
                ),
            },
        };

        HubException NotFound() =>
            new(HubFault.NotFound, $"{host} has no model {repository} to read (status {status}). {login}{said}");
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? values.First() : null;
}
