using System.Text;
using MegatronBridge.Hub;
using MegatronBridge.Tests.Bridge.Hub.Server;
using MegatronBridge.Tests.Storage.Files;

namespace MegatronBridge.Tests.Bridge.Hub;

/// <summary>A Hub with one model, <c>org/model</c>, and a client with an empty cache.</summary>
internal sealed class HubScene : IAsyncDisposable
{
    public const string Id = "org/model";

    public static readonly byte[] Shard1 = Bytes(3_000_000, 1);
    public static readonly byte[] Shard2 = Bytes(50_000, 2);

    private readonly TemporaryFolder _folder = new();

    public HubScene()
    {
        Repository = Server.Add(Id);
        Commit = Repository.Commit([
            ("config.json", """{"model_type": "llama"}"""u8.ToArray()),
            ("generation_config.json", "{}"u8.ToArray()),
            ("tokenizer.json", Bytes(30_000, 3)),
            ("model.safetensors.index.json", Index("a-1.safetensors", "a-2.safetensors")),
            ("a-1.safetensors", Shard1),
            ("a-2.safetensors", Shard2),
            ("README.md", "# Model"u8.ToArray()),
            ("consolidated.safetensors", Bytes(100, 4)),
            ("pytorch_model.bin", Bytes(100, 5)),
            ("model.gguf", Bytes(100, 6)),
            ("original/params.json", "{}"u8.ToArray()),
            ("onnx/model.onnx", Bytes(100, 7)),
        ]);
        Options = new()
        {
            Endpoint = Server.Hub.Address,
            CacheFolder = _folder["cache"],
            RetryDelay = TimeSpan.FromMilliseconds(1),
            DownloadTimeout = TimeSpan.FromSeconds(2),
            AnswerTimeout = TimeSpan.FromSeconds(2),
        };
    }

    public static string[] NeededFiles { get; } =
    [
        "a-1.safetensors",
        "a-2.safetensors",
        "config.json",
        "generation_config.json",
        "model.safetensors.index.json",
        "tokenizer.json",
    ];

    public TestHub Server { get; } = new();

    public TestRepository Repository { get; }

    public string Commit { get; }

    public HubOptions Options { get; set; }

    public string Cache => Path.Combine(Options.CacheFolder, "models--org--model");

    public string this[string name] => _folder[name];

    public static HubReference Reference { get; } = new(RepositoryId.Parse(Id));

    public static byte[] Bytes(int count, int seed)
    {
        byte[] bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static byte[] Index(params string[] files) =>
        Encoding.UTF8.GetBytes(
            $$$"""{"metadata": {}, "weight_map": { {{{string.Join(", ", files.Select((file, i) => $"\"t{i}\": \"{file}\""))}}} } }"""
        );

    public async Task<HubSnapshot> DownloadAsync(HubReference? reference = null)
    {
        using HuggingFaceHub hub = new(Options);
        return await hub.DownloadAsync(reference ?? Reference);
    }

    public async Task<HubException> FailAsync(HubReference? reference = null) =>
        await Assert.ThrowsAsync<HubException>(() => DownloadAsync(reference));

    /// <summary>Requests for files, of both servers.</summary>
    public IReadOnlyList<Request> FileRequests =>
        [.. Server.Hub.Requests.Where(request => request.Path.Contains("/resolve/")), .. Server.Storage.Requests];

    public void Forget()
    {
        Server.Hub.Requests.Clear();
        Server.Storage.Requests.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _folder.Dispose();
    }
}
