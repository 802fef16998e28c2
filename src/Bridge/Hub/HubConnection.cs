using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace MegatronBridge.Hub;

/// <summary>
/// Sends requests: follows redirects by its own rules, waits no longer than told, tries again what is worth it. The token goes
/// to the Hub's own address and nowhere else.
/// </summary>
internal sealed class HubConnection : IDisposable
{
    /// <summary>Tries in all, for what may succeed later.</summary>
    public const int Tries = 5;

    private const int MostRedirects = 10;
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ChangeTimeout = TimeSpan.FromSeconds(60); // putting parts together takes a while

    private readonly HttpClient _client;

    public HubConnection(HubOptions options)
    {
        Options = options;
        SocketsHttpHandler handler = new()
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = !options.Endpoint.IsLoopback,
            ConnectTimeout = options.ConnectTimeout,
            MaxResponseHeadersLength = 64, // KB
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        _client = new(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("megatron-bridge-dotnet", "1"));
        _client.DefaultRequestHeaders.AcceptEncoding.ParseAdd("identity");
    }

    public HubOptions Options { get; }

    /// <summary>An address on the Hub; parts of the path must be escaped.</summary>
    public Uri Address(string path) => new($"{Options.Endpoint.AbsoluteUri.TrimEnd('/')}/{path}");

    /// <summary>An address that the server names: the public Hub's own becomes that of the Hub in use, as behind a mirror.</summary>
    public Uri Localize(Uri address) =>
        Server(address) == Server(HubOptions.PublicEndpoint) ? Address(address.PathAndQuery.TrimStart('/')) : address;

    /// <summary>True for an address on the Hub itself.</summary>
    public bool IsHub(Uri address) => Server(address) == Server(Options.Endpoint);

    /// <summary>Sends what can be sent again, until it is answered or <see cref="Tries"/> are used up.</summary>
    /// <param name="make">Makes the request, anew for each try and each redirect.</param>
    /// <param name="onAnswer">Sees each answer, also those that redirect.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public async Task<HttpResponseMessage> SendAgainAsync(
        Func<HttpRequestMessage> make,
        Action<HttpResponseMessage>? onAnswer,
        CancellationToken cancellation
    )
    {
        for (int tried = 1; ; tried++)
        {
            try
            {
                HttpResponseMessage response = await SendAsync(make, onAnswer, cancellation);
                if (tried == Tries || !IsPassing(response.StatusCode))
                {
                    return response;
                }

                TimeSpan delay = Delay(tried, response.Headers.RetryAfter?.Delta);
                response.Dispose();
                await Task.Delay(delay, cancellation);
            }
            catch (HubException e) when (e.Fault == HubFault.Unreachable && tried < Tries)
            {
                await Task.Delay(Delay(tried), cancellation);
            }
        }
    }

    /// <summary>Sends once, and follows redirects. The body of the answer is still to be read.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        Func<HttpRequestMessage> make,
        Action<HttpResponseMessage>? onAnswer,
        CancellationToken cancellation
    )
    {
        Uri? next = null;
        for (int redirects = 0; redirects <= MostRedirects; redirects++)
        {
            HttpRequestMessage request = make();
            request.RequestUri = next ?? request.RequestUri;
            HttpResponseMessage response = await ExchangeAsync(request, cancellation);
            try
            {
                onAnswer?.Invoke(response);
                if (Target(request, response) is not { } target)
                {
                    return response;
                }

                next = target;
                response.Dispose();
            }
            catch
            {
                response.Dispose();
                throw;
            }
        }

        throw new HubException(
            HubFault.BadAnswer,
            $"{next!.Host} redirects more than {MostRedirects} times, perhaps in a circle."
        );
    }

    /// <summary>How long to wait after so many tries; a server may ask for more, within reason.</summary>
    public TimeSpan Delay(int tried, TimeSpan? asked = null)
    {
        TimeSpan own = Options.RetryDelay * (1 << Math.Min(tried - 1, 5));
        return asked > own ? (asked < LongestDelay ? asked.Value : LongestDelay) : own;
    }

    /// <summary>True for what a server says when it is overloaded or being restarted.</summary>
    public static bool IsPassing(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or (>= (HttpStatusCode)500);

    /// <summary>What to say when a host gives no answer.</summary>
    public HubException Unreachable(Uri address, string reason, Exception? inner = null) =>
        new(HubFault.Unreachable, $"{address.Authority} cannot be reached (tried {Server(address)}): {reason}", inner);

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static string Server(Uri address) =>
        address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);

    private async Task<HttpResponseMessage> ExchangeAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        Uri address = request.RequestUri!;
        if (Options.Token is { } token && IsHub(address))
        {
            request.Headers.Authorization = new("Bearer", token.Value);
        }

        bool isQuestion = request.Method == HttpMethod.Get || request.Method == HttpMethod.Head;
        TimeSpan limit = isQuestion ? Options.AnswerTimeout : ChangeTimeout;
        using CancellationTokenSource timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timer.CancelAfter(limit);
        if (request.Content is UploadContent upload)
        {
            upload.Sent += _ => timer.CancelAfter(limit); // since the last byte that went
        }

        try
        {
            return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timer.Token);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            string what = timer.IsCancellationRequested
                ? $"no answer in {limit.TotalSeconds:0.#} s."
                : $"no connection in {Options.ConnectTimeout.TotalSeconds:0.#} s.";
            throw Unreachable(address, what, e);
        }
        catch (HttpRequestException e)
        {
            bool isConnection = e.InnerException is SocketException or TimeoutException;
            throw Unreachable(address, (isConnection ? e.InnerException! : e).Message.TrimEnd('.') + ".", e);
        }
        catch (IOException e)
        {
            throw Unreachable(address, e.Message, e);
        }
    }

    /// <summary>Where an answer sends the request, or null when it is the last one.</summary>
    private static Uri? Target(HttpRequestMessage request, HttpResponseMessage response)
    {
        bool follows = (int)response.StatusCode switch
        {
            307 or 308 => true,
            301 or 302 or 303 => request.Method == HttpMethod.Get || request.Method == HttpMethod.Head,
            _ => false,
        };
        if (!follows)
        {
            return null;
        }

        Uri from = request.RequestUri!;
        if (response.Headers.Location is not { } location || !Uri.TryCreate(from, location, out Uri? target))
        {
            throw new HubException(HubFault.BadAnswer, $"{from.Host} redirects without telling where to.");
        }

        bool isSafe = target.Scheme == Uri.UriSchemeHttps || (target.Scheme == from.Scheme && from.Scheme == "http");
        if (!isSafe || target.UserInfo.Length > 0)
        {
            throw new HubException(
                HubFault.BadAnswer,
                $"{from.Host} redirects to {HubText.Of(Server(target))}, which is not followed: the connection would not be secure."
            );
        }

        bool hasBody = request.Content is not null;
        return hasBody && Server(target) != Server(from)
            ? throw new HubException(HubFault.BadAnswer, $"{from.Host} redirects an upload to {target.Host}.")
            : target;
    }
}
