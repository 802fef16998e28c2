using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.HuggingFace;
using MegatronBridge.Storage.Safetensors;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Bridge.Conversion;

/// <summary>Pipelines of diffusers: the model is in a folder of its own, its files have other names.</summary>
public sealed class PipelineFolderTests : IDisposable
{
    private readonly GoldenManifest _manifest = GoldenManifest.Load("flux");
    private readonly string _folder = Directory.CreateTempSubdirectory("megatron-bridge-").FullName;

    private string Hf => Path.Combine(_folder, "hf");

    private string Megatron => Path.Combine(_folder, "megatron");

    private string Export => Path.Combine(_folder, "export");

    [Fact]
    public async Task A_sharded_pipeline_in_bfloat16_becomes_float32_and_comes_back_file_by_file()
    {
        string model = Path.Combine(Hf, "transformer");
        await WriteAsync(model);
        using (Importer importer = Importer.Open(new() { HfModel = Hf, MegatronPath = Megatron }))
        {
            Assert.All(importer.Plan.Parameters, parameter => Assert.Equal(DType.F32, parameter.View.DType));
            await importer.RunAsync();
        }

        await ExportAsync(Hf);
        string again = Path.Combine(Export, "transformer");
        Assert.Equal(
            Directory.GetFiles(model).Select(path => Path.GetFileName(path)).Order(),
            Directory.GetFiles(again).Select(path => Path.GetFileName(path)).Order()
        );
        foreach (string path in Directory.GetFiles(model, "*.safetensors").Append(Path.Combine(model, "config.json")))
        {
            Assert.Equal(
                await File.ReadAllBytesAsync(path),
                await File.ReadAllBytesAsync(Path.Combine(again, Path.GetFileName(path)))
            );
        }
    }

    [Fact]
    public async Task Without_the_original_the_config_names_the_class_as_diffusers_does()
    {
        await GoldenFolder.WriteAsync(_manifest, Hf);
        using (Importer importer = Importer.Open(new() { HfModel = Hf, MegatronPath = Megatron }))
        {
            await importer.RunAsync();
        }

        await ExportAsync(null);
        using HfFolder written = HfFolder.Open(Export);
        Assert.Equal("transformer", written.Component);
        Assert.Equal(["diffusion_pytorch_model.safetensors"], written.Weights.Files.Keys);
        HfConfig config = HfConfig.Load(written.PathOf("config.json"));
        Assert.Equal("FluxTransformer2DModel", config.Text("_class_name"));
        Assert.False(config.Has("model_type") || config.Has("architectures"));
    }

    [Fact]
    public async Task The_other_folders_of_a_pipeline_are_named()
    {
        await WriteAsync(Path.Combine(Hf, "transformer"));
        Directory.CreateDirectory(Path.Combine(Hf, "vae"));
        Directory.CreateDirectory(Path.Combine(Hf, "transformer_2"));
        using Importer importer = Importer.Open(new() { HfModel = Hf, MegatronPath = Megatron });
        Assert.Contains(
            importer.Report.Notes,
            note => note.Contains("only transformer is converted, not transformer_2, vae", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task The_folder_of_the_model_alone_will_do()
    {
        await WriteAsync(Hf);
        using Importer importer = Importer.Open(new() { HfModel = Hf, MegatronPath = Megatron });
        Assert.Equal(_manifest.HfTensors().Names.Count, importer.Report.SourceTensors);
    }

    [Fact]
    public async Task A_pipeline_is_not_cut_into_stages()
    {
        await WriteAsync(Hf);
        MegatronBridge.Layout.LayoutException fault = Assert.Throws<MegatronBridge.Layout.LayoutException>(() =>
            Importer.Open(
                new()
                {
                    HfModel = Hf,
                    MegatronPath = Megatron,
                    Sizes = new() { Pp = 2 },
                }
            )
        );
        Assert.Contains("pipeline_model_parallel_size is 2", fault.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task ExportAsync(string? reference)
    {
        using Exporter exporter = Exporter.Open(
            new()
            {
                MegatronPath = Megatron,
                HfPath = Export,
                HfModel = reference,
            }
        );
        await exporter.RunAsync();
    }

    // In several files, as bfloat16.
    private async Task WriteAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        Dictionary<string, TensorView> tensors = _manifest
            .HfTensors()
            .Names.ToDictionary(
                name => name,
                name => (TensorView)new RuleTensor(name, DType.BF16, _manifest.HfTensors().Find(name)!.Shape)
            );
        ShardPlan shards = ShardPlan.BySize(tensors, 200_000, WeightNames.Diffusers);
        await TransferEngine.RunAsync(shards.ToLayouts(tensors), folder, TransferOptions.Default);
        SafetensorsIndex index = SafetensorsIndex.Create(
            shards.WeightMap,
            tensors.Values.Sum(tensor => tensor.ByteCount)
        );
        await File.WriteAllTextAsync(
            Path.Combine(folder, WeightNames.Diffusers.Index),
            index.Write(IndexStyle.HuggingFaceHub)
        );
        await File.WriteAllTextAsync(Path.Combine(folder, "config.json"), PythonJson.Write(_manifest.Hf["config"]));
    }
}
