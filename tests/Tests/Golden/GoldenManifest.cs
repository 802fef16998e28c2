using System.Security.Cryptography;
using System.Text.Json.Nodes;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Golden;

/// <summary>What the real Megatron-Bridge made of a model: a manifest of tests/Fixtures/golden.</summary>
public sealed class GoldenManifest
{
    private readonly bool _isReal; // upstream has made something of it

    private GoldenManifest(string family, JsonObject json, bool isReal) =>
        (Family, Json, _isReal) = (family, json, isReal);

    /// <summary>Name of the manifest.</summary>
    public string Family { get; }

    /// <summary>The whole manifest.</summary>
    public JsonObject Json { get; }

    /// <summary>The model that goes in.</summary>
    public JsonObject Hf => Json["hf"]!.AsObject();

    /// <summary>True when upstream exports experts in INT4 whatever the source has; ours come back as they were.</summary>
    public bool ExportsInt4 => Hf["config"]!["model_type"]?.GetValue<string>() == "kimi_k25";

    /// <summary>Names of the layouts.</summary>
    public IEnumerable<string> Layouts => Json["layouts"]!.AsObject().Select(layout => layout.Key);

    public static GoldenManifest Load(string family) =>
        new(
            family,
            JsonNode.Parse(File.ReadAllText(Array.Find(Paths(family), File.Exists) ?? Paths(family)[0]))!.AsObject(),
            isReal: true
        );

    /// <summary>A model without a manifest: <c>config</c> and <c>tensors</c> as a manifest has them.</summary>
    public static GoldenManifest OfModel(string name, JsonObject hf) => new(name, new() { ["hf"] = hf }, isReal: false);

    /// <summary>The Hugging Face tensors, by the rule.</summary>
    public ITensorSource HfTensors() =>
        _isReal ? new RuleSource(Hf["tensors"]!.AsObject(), experts: 256) : ValidTensors();

    /// <summary>The same, but tables of experts have valid numbers, so that the model can be run.</summary>
    public ITensorSource ValidTensors() =>
        new RuleSource(Hf["tensors"]!.AsObject(), Hf["config"]!["n_routed_experts"]?.GetValue<int>() ?? 256);

    /// <summary>A layout with what it takes over from its base filled in.</summary>
    public GoldenLayout Layout(string name) => new(Json["layouts"]!.AsObject(), name);

    /// <summary>SHA-256 of a tensor's bytes, as the manifests spell it.</summary>
    public static string Hash(TensorView view)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[1 << 20];
        for (long offset = 0; offset < view.ByteCount; offset += buffer.Length)
        {
            Span<byte> piece = buffer.AsSpan(0, (int)Math.Min(buffer.Length, view.ByteCount - offset));
            view.Read(offset, piece);
            hash.AppendData(piece);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // Those of models with towers of the released size are apart: their tensors are too large to be made in every test.
    private static string[] Paths(string family) =>
        [
            .. new[] { "golden", "golden-towers" }.Select(folder =>
                Path.Combine(AppContext.BaseDirectory, "Fixtures", folder, family + ".json")
            ),
        ];

    private sealed class RuleSource(JsonObject tensors, int experts) : ITensorSource
    {
        public IReadOnlyCollection<string> Names { get; } = [.. tensors.Select(tensor => tensor.Key)];

        public TensorView? Find(string name) =>
            tensors[name] is JsonObject entry
                ? new RuleTensor(
                    name,
                    DTypes.FromSafetensorsName(entry["dtype"]!.GetValue<string>())!.Value,
                    new Shape([.. entry["shape"]!.AsArray().Select(size => size!.GetValue<long>())])
                )
                {
                    Experts = experts,
                }
                : null;
    }
}
