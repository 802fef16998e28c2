using System.Text.Json.Nodes;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tests.Bridge.Families;

/// <summary>A small model as the real transformers writes it: a description of tests/Fixtures/transformers.</summary>
public sealed class TransformersModel
{
    private const string List = "models";

    private readonly JsonObject _json;

    private TransformersModel(JsonObject json) => _json = json;

    /// <summary>Names of all of them.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Load(List).Select(model => model.Key)];

    /// <summary>The whole config.json.</summary>
    public JsonObject Config => _json["config"]!.DeepClone().AsObject();

    /// <summary>Element type and shape of each tensor.</summary>
    public IReadOnlyDictionary<string, (DType DType, Shape Shape)> Tensors =>
        _json["tensors"]!
            .AsObject()
            .ToDictionary(
                tensor => tensor.Key,
                tensor =>
                    (
                        DTypes.FromSafetensorsName(tensor.Value!["dtype"]!.GetValue<string>())!.Value,
                        new Shape([.. tensor.Value["shape"]!.AsArray().Select(size => size!.GetValue<long>())])
                    )
            );

    public static TransformersModel Of(string name) => new(Load(name));

    private static JsonObject Load(string name) =>
        JsonNode
            .Parse(
                File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fixtures", "transformers", name + ".json"))
            )!
            .AsObject();
}
