using MegatronBridge.Adapters;
using MegatronBridge.Storage;

namespace MegatronBridge.Tests.Bridge.Adapters;

/// <summary>Checkpoints of adapters that the real Megatron-Bridge wrote become what it exported, and right where it is wrong.</summary>
public sealed class AdapterExporterTests
{
    [Theory]
    [MemberData(nameof(AdapterSample.Names), MemberType = typeof(AdapterSample))]
    public async Task An_export_has_the_tensors_and_the_config_of_the_real_one(string name)
    {
        using AdapterSample sample = new(name);
        string export = await sample.ExportAsync();
        Dictionary<string, string> tensors = AdapterSample.Tensors(export);

        // The real one loses the magnitudes.
        KeyValuePair<string, string>[] magnitudes =
        [
            .. tensors.Where(tensor => tensor.Key.EndsWith(".lora_magnitude_vector", StringComparison.Ordinal)),
        ];
        Assert.Equal(name == "llama-dora" ? 28 : 0, magnitudes.Length);
        Assert.Equal(AdapterSample.Tensors(sample.Peft), tensors.Except(magnitudes).ToDictionary());
        Assert.Equal(
            await File.ReadAllTextAsync(Path.Combine(sample.Peft, "adapter_config.json")),
            await File.ReadAllTextAsync(Path.Combine(export, "adapter_config.json"))
        );
    }

    [Theory]
    [MemberData(nameof(AdapterSample.Names), MemberType = typeof(AdapterSample))]
    public async Task An_import_of_the_export_is_the_checkpoint_again(string name)
    {
        using AdapterSample sample = new(name);
        string model = await sample.WriteBaseAsync();
        string export = await sample.ExportAsync();
        string again = await sample.ImportAsync(export, model);
        Dictionary<string, string> expected = AdapterSample.CheckpointTensors(sample.Megatron);
        Dictionary<string, string> found = AdapterSample.CheckpointTensors(again);
        Assert.Equal(expected.Keys.Order(), found.Keys.Order());

        // The sample of canonical LoRA was written by two ranks, whose order of rows is another than that of one.
        bool isInOrder(string key) =>
            name != "llama-canonical" || !key.Contains("fc1.adapter", StringComparison.Ordinal);
        Assert.Equal(
            expected.Where(entry => isInOrder(entry.Key)).ToDictionary(),
            found.Where(entry => isInOrder(entry.Key)).ToDictionary()
        );
        string second = await sample.ExportAsync(again, "second");
        Assert.Equal(AdapterSample.Tensors(export), AdapterSample.Tensors(second));
        Assert.Equal(
            await File.ReadAllTextAsync(Path.Combine(export, "adapter_config.json")),
            await File.ReadAllTextAsync(Path.Combine(second, "adapter_config.json"))
        );
    }

    [Fact]
    public async Task Ranks_that_share_canonical_rows_have_the_order_of_the_real_files()
    {
        using AdapterSample sample = new("llama-canonical");
        string model = await sample.WriteBaseAsync();
        string export = await sample.ExportAsync();
        using (
            AdapterImporter importer = AdapterImporter.Open(
                new()
                {
                    HfAdapter = export,
                    MegatronPath = sample["tp2"],
                    BaseModel = model,
                    Sizes = new() { Tp = 2 },
                }
            )
        )
        {
            await importer.RunAsync();
        }

        Assert.Equal(AdapterSample.CheckpointTensors(sample.Megatron), AdapterSample.CheckpointTensors(sample["tp2"]));
    }

    [Fact]
    public async Task Settings_that_cannot_be_are_refused_all_at_once()
    {
        using AdapterSample sample = new("llama-lora");
        DamagedAdapter.Copy(sample.Megatron, sample["bad"]);
        string config = Path.Combine(sample["bad"], "iter_0000010", "run_config.yaml");
        string text = await File.ReadAllTextAsync(config);
        await File.WriteAllTextAsync(
            config,
            text.Replace("  dim: 4\n", "  dim: 0\n", StringComparison.Ordinal)
                .Replace("peft.lora.LoRA", "peft.other.Other", StringComparison.Ordinal)
        );
        BadFileException fault = await Assert.ThrowsAsync<BadFileException>(() => sample.ExportAsync(sample["bad"]));
        Assert.Contains("dim is 0", fault.Message, StringComparison.Ordinal);
        Assert.Contains("peft.other.Other", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rank_that_the_settings_do_not_tell_is_refused_with_names_and_numbers()
    {
        using AdapterSample sample = new("llama-lora");
        DamagedAdapter.Copy(sample.Megatron, sample["bad"]);
        string config = Path.Combine(sample["bad"], "iter_0000010", "run_config.yaml");
        string text = await File.ReadAllTextAsync(config);
        await File.WriteAllTextAsync(config, text.Replace("  dim: 4\n", "  dim: 8\n", StringComparison.Ordinal));
        MappingException fault = await Assert.ThrowsAsync<MappingException>(() => sample.ExportAsync(sample["bad"]));
        Assert.True(fault.Faults.Count >= 32, fault.Message);
        Assert.Contains(fault.Faults, line => line.Contains("[8, 64]", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_checkpoint_without_adapters_is_refused()
    {
        using AdapterSample sample = new("llama-lora");
        string model = await sample.WriteBaseAsync();
        await DamagedAdapter.ImportAsync(model, sample["whole"]);
        BadFileException fault = await Assert.ThrowsAsync<BadFileException>(() => sample.ExportAsync(sample["whole"]));
        Assert.Contains("section \"peft\"", fault.Message, StringComparison.Ordinal);
    }
}
