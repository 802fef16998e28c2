using System.Text.Json.Nodes;
using MegatronBridge.Conversion;
using MegatronBridge.Cpu;
using MegatronBridge.Cpu.Verification;
using MegatronBridge.Inspection;
using MegatronBridge.Layout;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.HuggingFace;
using MegatronBridge.Storage.Safetensors;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Cpu.Verification;

/// <summary>Conversions that are broken on purpose are found, with the layer and the block that is wrong.</summary>
public sealed class ModelVerifierTests : IDisposable
{
    private static readonly int[] Tokens = [5, 9, 2, 60, 33, 7, 21, 40];

    private readonly string _folder = Directory.CreateTempSubdirectory("megatron-bridge-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_right_conversion_computes_the_same()
    {
        string hf = await WriteAsync("qwen3moe", "hf", (_, tensor) => tensor);
        ImportOptions options = new()
        {
            HfModel = hf,
            MegatronPath = Path.Combine(_folder, "megatron"),
            Sizes = new() { Pp = 2, Ep = 2 },
        };
        using (Importer importer = Importer.Open(options))
        {
            await importer.RunAsync(cancellation: TestContext.Current.CancellationToken);
        }

        ModelDifference found = Verify(hf, options.MegatronPath);
        Assert.Equal(Tokens.Length, found.SameNext);
        Assert.Equal((0.0, 1.0), (found.LargestRelative, found.LeastCosine));
        Assert.Null(found.FirstParting(0));
        Assert.Equal(Tokens, found.Logits.Select(logit => logit.Token));
        Assert.Equal((-1, "embedding"), (found.Hidden[0].Layer, found.Hidden[0].Part));
    }

    [Theory]
    [InlineData("llama", 1)]
    [InlineData("qwen3moe", 1)]
    public async Task Swapped_keys_and_values_are_found_in_their_layer(string family, int layer)
    {
        string prefix = $"model.layers.{layer}.self_attn.";
        HiddenDifference parting = await PartingAsync(
            family,
            (name, tensor, all) =>
                name == $"{prefix}k_proj.weight" ? all($"{prefix}v_proj.weight")
                : name == $"{prefix}v_proj.weight" ? all($"{prefix}k_proj.weight")
                : tensor
        );
        Assert.Equal((layer, "self_attention"), (parting.Layer, parting.Part));
    }

    [Theory]
    [InlineData(2, 1, 1)]
    [InlineData(1, 2, 1)]
    [InlineData(1, 1, 4)]
    [InlineData(2, 2, 2)]
    public async Task On_several_ranks_the_place_is_the_same(int tp, int pp, int ep)
    {
        string right = await WriteAsync("qwen3moe", "right", (_, tensor) => tensor);
        string wrong = await WriteAsync(
            "qwen3moe",
            "wrong",
            (name, tensor) =>
                GoldenManifest
                    .Load("qwen3moe")
                    .HfTensors()
                    .Find(
                        name.EndsWith("layers.1.self_attn.k_proj.weight", StringComparison.Ordinal)
                            ? name.Replace("k_proj", "v_proj", StringComparison.Ordinal)
                            : name
                    )!
        );
        ParallelSizes sizes = new()
        {
            Tp = tp,
            Pp = pp,
            Ep = ep,
        };
        using ModelFolder left = ModelFolder.Open(right, sizes);
        using ModelFolder same = ModelFolder.Open(right);
        using ModelFolder other = ModelFolder.Open(wrong, sizes);
        ModelDifference found = ModelVerifier.Run(left, other, Tokens, withLayers: true);
        HiddenDifference parting = Assert.IsType<HiddenDifference>(found.FirstParting(1e-6));
        Assert.Equal((1, "self_attention"), (parting.Layer, parting.Part));

        ModelDifference rounding = ModelVerifier.Run(left, same, Tokens, withLayers: true);
        Assert.Null(rounding.FirstParting(1e-5));
        Assert.Equal(
            found.Hidden.Select(hidden => hidden.Place),
            ModelVerifier.Run(same, same, Tokens, withLayers: true).Hidden.Select(hidden => hidden.Place)
        );
    }

    [Fact]
    public async Task An_open_checkpoint_is_not_read_again()
    {
        string hf = await WriteAsync("qwen3", "hf", (_, tensor) => tensor);
        using Checkpoint checkpoint = Checkpoint.Open(hf);
        using ModelFolder expected = ModelFolder.Open(hf);
        using CpuModel model = expected.Load();
        Logits logits = model.Forward(Tokens);
        string hidden = Path.Combine(_folder, "config.json");
        File.Move(Path.Combine(hf, HfFolder.ConfigName), hidden);
        using ModelFolder folder = ModelFolder.Of(checkpoint);
        using CpuModel same = folder.Load();
        Assert.Equal(logits.Values.ToArray(), same.Forward(Tokens).Values.ToArray());
        Assert.Equal((expected.Kind, expected.Path), (folder.Kind, folder.Path));
    }

    [Fact]
    public async Task Shifted_experts_are_found_in_their_layer()
    {
        HiddenDifference parting = await PartingAsync(
            "qwen3moe",
            (name, tensor, all) =>
                name.StartsWith("model.layers.1.mlp.experts.", StringComparison.Ordinal) ? all(Shift(name)) : tensor
        );
        Assert.Equal((1, "mlp"), (parting.Layer, parting.Part));

        static string Shift(string name)
        {
            string[] parts = name.Split('.');
            parts[5] = parts[5] == "3" ? "0" : $"{parts[5][0] - '0' + 1}";
            return string.Join('.', parts);
        }
    }

    [Fact]
    public async Task A_wrong_rotary_base_is_found_in_the_first_attention()
    {
        string right = await WriteAsync("qwen3", "right", (_, tensor) => tensor);
        string wrong = await WriteAsync(
            "qwen3",
            "wrong",
            (_, tensor) => tensor,
            config => config["rope_parameters"]!["rope_theta"] = 20_000.0
        );
        ModelDifference found = Verify(right, wrong);
        HiddenDifference parting = Assert.IsType<HiddenDifference>(found.FirstParting(1e-6));
        Assert.Equal((0, "self_attention"), (parting.Layer, parting.Part));
        Assert.True(found.LargestRelative > 0);
    }

    [Fact]
    public async Task Models_of_other_sizes_are_refused()
    {
        string left = await WriteAsync("qwen3", "left", (_, tensor) => tensor);
        string right = await WriteAsync("llama", "right", (_, tensor) => tensor);
        Assert.Throws<ArgumentException>(() => Verify(left, right));
    }

    private async Task<HiddenDifference> PartingAsync(
        string family,
        Func<string, TensorView, Func<string, TensorView>, TensorView> change
    )
    {
        string right = await WriteAsync(family, "right", (_, tensor) => tensor);
        string wrong = await WriteAsync(
            family,
            "wrong",
            (name, tensor) => change(name, tensor, other => GoldenManifest.Load(family).HfTensors().Find(other)!)
        );
        ModelDifference found = Verify(right, wrong);
        Assert.True(found.LargestRelative > 0);
        return Assert.IsType<HiddenDifference>(found.FirstParting(1e-6));
    }

    private static ModelDifference Verify(string left, string right)
    {
        using ModelFolder leftFolder = ModelFolder.Open(left);
        using ModelFolder rightFolder = ModelFolder.Open(right, original: leftFolder.HfConfig);
        return ModelVerifier.Run(leftFolder, rightFolder, Tokens, withLayers: true);
    }

    /// <summary>Writes the model of a manifest, with tensors and config changed.</summary>
    private async Task<string> WriteAsync(
        string family,
        string name,
        Func<string, TensorView, TensorView> change,
        Action<JsonObject>? changeConfig = null
    )
    {
        GoldenManifest manifest = GoldenManifest.Load(family);
        ITensorSource tensors = manifest.HfTensors();
        string folder = Path.Combine(_folder, name);
        Directory.CreateDirectory(folder);
        JsonObject config = manifest.Hf["config"]!.DeepClone().AsObject();
        changeConfig?.Invoke(config);
        await File.WriteAllTextAsync(Path.Combine(folder, HfFolder.ConfigName), config.ToJsonString());
        SafetensorsLayout layout = new(
            "model.safetensors",
            [.. tensors.Names.Select(tensor => KeyValuePair.Create(tensor, change(tensor, tensors.Find(tensor)!)))]
        );
        await TransferEngine.RunAsync(
            [layout],
            folder,
            TransferOptions.Default,
            cancellation: TestContext.Current.CancellationToken
        );
        return folder;
    }
}
