using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Mapping;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.HuggingFace;
using MegatronBridge.Storage.Safetensors;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Bridge.Families;
using MegatronBridge.Tests.Golden;
using MegatronBridge.Tests.Storage.Files;

namespace MegatronBridge.Tests.Bridge.Conversion;

/// <summary>
/// The layers for multi-token prediction of released checkpoints have copies of the embedding and the head: for every family that
/// knows of such copies, and every small config of it that has such layers.
/// </summary>
public sealed class PredictingCopiesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Predicting =>
        [.. GoldenCases.Families.Where(name => Copies(SmallModel.Of(name)).Count > 0)];

    private ImportOptions Import => new() { HfModel = _folder["hf"], MegatronPath = _folder["megatron"] };

    private ExportOptions Export =>
        new()
        {
            MegatronPath = _folder["megatron"],
            HfPath = _folder["again"],
            HfModel = _folder["hf"],
        };

    [Fact]
    public void There_are_such_families() =>
        Assert.Subset(
            Predicting.Select(row => row.Data).ToHashSet(),
            new HashSet<string>(["deepseek_v3-mtp", "glm4_moe-mtp", "glm4_moe_lite-mtp", "hy_v3-mtp"])
        );

    [Theory]
    [MemberData(nameof(Predicting))]
    public async Task Copies_are_compared_and_reported_and_written_again(string name)
    {
        SmallModel model = SmallModel.Of(name);
        Dictionary<string, string> copies = Copies(model);
        await WriteAsync(model, copies);
        ConversionReport import = await RunAsync(Import);
        Assert.Equal(
            copies.OrderBy(copy => copy.Key, StringComparer.Ordinal),
            import.Ignored.Select(entry => KeyValuePair.Create(entry.Name, entry.EqualTo!))
        );

        ConversionReport export = await RunAsync(Export with { Strict = true });
        Assert.Empty(export.Ignored);
        Assert.Equal(import.Ignored, export.TakenOver);
        using HfFolder original = HfFolder.Open(_folder["hf"]);
        using HfFolder again = HfFolder.Open(_folder["again"]);
        Assert.Equal(original.Names.Order(StringComparer.Ordinal), again.Names.Order(StringComparer.Ordinal));
        Assert.All(
            original.Names,
            tensor => Assert.Equal(original.Find(tensor)!.ToArray(), again.Find(tensor)!.ToArray())
        );
    }

    [Theory]
    [MemberData(nameof(Predicting))]
    public async Task Strict_refuses_them_all_by_name_and_writes_nothing(string name)
    {
        SmallModel model = SmallModel.Of(name);
        Dictionary<string, string> copies = Copies(model);
        await WriteAsync(model, copies);
        MappingException e = Assert.Throws<MappingException>(() => Importer.Open(Import with { Strict = true }));
        Assert.Equal(
            copies.Keys.Order(StringComparer.Ordinal),
            e.Faults.Select(fault => fault[..fault.IndexOf(':', StringComparison.Ordinal)])
        );
        Assert.False(Directory.Exists(_folder["megatron"]));
    }

    [Theory]
    [MemberData(nameof(Predicting))]
    public async Task A_copy_that_is_none_is_refused_by_name_on_both_ways(string name)
    {
        SmallModel model = SmallModel.Of(name);
        Dictionary<string, string> copies = Copies(model);
        await WriteAsync(model, copies);
        await RunAsync(Import);

        string wrong = copies.Keys.Order(StringComparer.Ordinal).Last();
        await WriteAsync(model, copies, wrong);
        foreach (
            Func<Task> run in (Func<Task>[])[() => RunAsync(Import with { Overwrite = true }), () => RunAsync(Export)]
        )
        {
            MappingException e = await Assert.ThrowsAsync<MappingException>(run);
            Assert.StartsWith($"{wrong} differs from {copies[wrong]}", Assert.Single(e.Faults));
        }

        Assert.False(Directory.Exists(_folder["again"]));
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>The copies that the model may have in its predicting layers, and what each is a copy of.</summary>
    private static Dictionary<string, string> Copies(SmallModel model)
    {
        ModelProvider provider = model.Provider;
        return model
            .Family.Ignored.Where(rule =>
                rule.EqualTo is not null && rule.Hf.Contains("{N+*}", StringComparison.Ordinal)
            )
            .SelectMany(rule => Enumerable.Range(0, provider.MtpNumLayers ?? 0).Select(layer => Copy(rule, layer)))
            .Where(copy => model.Find(copy.Value) is not null)
            .ToDictionary();

        KeyValuePair<string, string> Copy(IgnoredTensor rule, int layer) =>
            new(rule.Pattern.Format([layer], provider.NumLayers), rule.EqualTo!);
    }

    private async Task WriteAsync(SmallModel model, Dictionary<string, string> copies, string? wrong = null)
    {
        Dictionary<string, TensorView> tensors = model.Names.ToDictionary(name => name, name => model.Find(name)!);
        foreach ((string copy, string original) in copies)
        {
            tensors[copy] =
                copy == wrong
                    ? new RuleTensor(copy, tensors[original].DType, tensors[original].Shape)
                    : tensors[original];
        }

        Directory.CreateDirectory(_folder["hf"]);
        await File.WriteAllTextAsync(Path.Combine(_folder["hf"], "config.json"), model.Config.Json.ToJsonString());
        File.Delete(Path.Combine(_folder["hf"], "model.safetensors"));
        await TransferEngine.RunAsync(
            [new SafetensorsLayout("model.safetensors", tensors)],
            _folder["hf"],
            TransferOptions.Default
        );
    }

    private static async Task<ConversionReport> RunAsync(ImportOptions options)
    {
        using Importer importer = Importer.Open(options);
        return await importer.RunAsync();
    }

    private static async Task<ConversionReport> RunAsync(ExportOptions options)
    {
        using Exporter exporter = Exporter.Open(options);
        return await exporter.RunAsync();
    }
}
