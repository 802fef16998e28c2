using MegatronBridge.Adapters;
using MegatronBridge.Conversion;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.TorchDist;

namespace MegatronBridge.Tests.Bridge.Adapters;

/// <summary>Folders of the library peft as people have them: some layers only, some projections only, and damaged ones.</summary>
public sealed class AdapterImporterTests
{
    private const string Layers = "base_model.model.model.layers.";

    [Fact]
    public async Task An_adapter_of_some_projections_of_some_layers_comes_back_as_it_was()
    {
        using AdapterSample sample = new("llama-canonical");
        string model = await sample.WriteBaseAsync();
        await DamagedAdapter.ChangeAsync(
            sample.Peft,
            sample["some"],
            (name, view) =>
                (name.Contains("q_proj", StringComparison.Ordinal) || name.Contains("v_proj", StringComparison.Ordinal))
                && !name.Contains("layers.1.", StringComparison.Ordinal)
                    ? [(name, view)]
                    : []
        );
        string import = await sample.ImportAsync(sample["some"], model);
        Assert.Equal(6, AdapterSample.CheckpointTensors(import).Count);
        string export = await sample.ExportAsync(import);
        Assert.Equal(AdapterSample.Tensors(sample["some"]), AdapterSample.Tensors(export));
    }

    [Fact]
    public async Task All_that_is_wrong_with_the_tensors_is_told_at_once()
    {
        using AdapterSample sample = new("llama-lora");
        string model = await sample.WriteBaseAsync();
        await DamagedAdapter.ChangeAsync(
            sample.Peft,
            sample["bad"],
            (name, view) =>
                name switch
                {
                    Layers + "0.mlp.down_proj.lora_B.weight" => [],
                    Layers + "1.mlp.down_proj.lora_A.weight" => [(name, view.Slice(0, 0, 2))],
                    Layers + "2.mlp.down_proj.lora_A.weight" => [(name, view), ("surprise", view)],
                    _ => [(name, view)],
                }
        );
        MappingException fault = await Assert.ThrowsAsync<MappingException>(() =>
            sample.ImportAsync(sample["bad"], model)
        );
        Assert.Equal(3, fault.Faults.Count);
        Assert.Contains(fault.Faults, line => line.Contains("surprise", StringComparison.Ordinal));
        Assert.Contains(fault.Faults, line => line.Contains("no lora_B", StringComparison.Ordinal));
        Assert.Contains(fault.Faults, line => line.Contains("[2, 128]", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Layers_that_the_model_has_not_and_shapes_of_another_are_refused()
    {
        using AdapterSample sample = new("llama-lora");
        string model = await sample.WriteBaseAsync();
        await DamagedAdapter.ChangeAsync(
            sample.Peft,
            sample["bad"],
            (name, view) =>
                name == Layers + "0.mlp.down_proj.lora_B.weight"
                    ? [(name, view.Slice(0, 0, 32))]
                    : [(name.Replace("layers.3.", "layers.7.", StringComparison.Ordinal), view)]
        );
        MappingException fault = await Assert.ThrowsAsync<MappingException>(() =>
            sample.ImportAsync(sample["bad"], model)
        );
        Assert.Contains(fault.Faults, line => line.Contains("layers.7.mlp.up_proj", StringComparison.Ordinal));
        Assert.Contains(fault.Faults, line => line.Contains("B [32, 4]", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\"bias\": \"none\"", "\"bias\": \"all\"", "bias is all")]
    [InlineData("\"peft_type\": \"LORA\"", "\"peft_type\": \"IA3\"", "peft_type is IA3")]
    [InlineData("\"modules_to_save\": null", "\"modules_to_save\": [\"lm_head\"]", "modules_to_save")]
    [InlineData("\"r\": 4", "\"r\": -1", "r is -1")]
    [InlineData("\"fan_in_fan_out\": false", "\"fan_in_fan_out\": true", "fan_in_fan_out")]
    [InlineData("\"init_lora_weights\": true", "\"init_lora_weights\": \"pissa_niter_16\"", "is pissa_niter_16")]
    [InlineData("\"init_lora_weights\": true", "\"init_lora_weights\": \"loftq\"", "is loftq")]
    [InlineData("\"lora_alpha\": 6", "\"lora_alpha\": NaN", "lora_alpha is NaN")]
    [InlineData("\"lora_alpha\": 6", "\"lora_alpha\": 6, \"layers_to_transform\": [\"1\"]", "layers_to_transform is")]
    public async Task Configs_that_mean_something_else_are_refused(string old, string @new, string expected)
    {
        using AdapterSample sample = new("llama-lora");
        string model = await sample.WriteBaseAsync();
        DamagedAdapter.Copy(sample.Peft, sample["bad"]);
        string config = Path.Combine(sample["bad"], "adapter_config.json");
        string text = await File.ReadAllTextAsync(config);
        Assert.Contains(old, text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(config, text.Replace(old, @new, StringComparison.Ordinal));
        BadFileException fault = await Assert.ThrowsAsync<BadFileException>(() =>
            sample.ImportAsync(sample["bad"], model)
        );
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Layers_that_the_config_leaves_out_are_refused_and_unknown_fields_told()
    {
        using AdapterSample sample = new("llama-lora");
        string model = await sample.WriteBaseAsync();
        string config = Path.Combine(sample["some"], "adapter_config.json");
        await DamagedAdapter.ChangeAsync(
            sample.Peft,
            sample["some"],
            (name, view) => name.StartsWith(Layers + "1.", StringComparison.Ordinal) ? [(name, view)] : []
        );
        string text = await File.ReadAllTextAsync(config);
        await File.WriteAllTextAsync(
            config,
            text.Replace(
                "\"r\": 4",
                "\"r\": 4, \"layers_to_transform\": [1], \"of_later\": {\"x\": 1}",
                StringComparison.Ordinal
            )
        );
        using (AdapterImporter importer = Open())
        {
            Assert.Contains("of_later: {\"x\":1}", Assert.Single(importer.Report.Warnings), StringComparison.Ordinal);
        }

        await File.WriteAllTextAsync(
            config,
            text.Replace("\"r\": 4", "\"r\": 4, \"layers_to_transform\": 2", StringComparison.Ordinal)
        );
        Assert.Equal(7, Assert.Throws<MappingException>(Open).Faults.Count);

        AdapterImporter Open() =>
            AdapterImporter.Open(
                new()
                {
                    HfAdapter = sample["some"],
                    MegatronPath = sample["import"],
                    BaseModel = model,
                }
            );
    }

    [Fact]
    public async Task Names_of_layers_in_memory_mean_those_of_the_files()
    {
        using AdapterSample sample = new("llama-lora");
        string model = await sample.WriteBaseAsync();
        string[] others = ["model.language_model.", "language_model.model.", "backbone.", ""];
        foreach ((int i, string other) in others.Index())
        {
            await DamagedAdapter.ChangeAsync(
                sample.Peft,
                sample[$"{i}"],
                (name, view) =>
                    [
                        (
                            name.Replace(
                                "base_model.model.model.",
                                $"base_model.model.{other}",
                                StringComparison.Ordinal
                            ),
                            view
                        ),
                    ]
            );
            string export = await sample.ExportAsync(
                await sample.ImportAsync(sample[$"{i}"], model, $"import{i}"),
                $"export{i}"
            );
            Assert.Equal(AdapterSample.Tensors(sample.Peft), AdapterSample.Tensors(export));
        }
    }

    [Theory]
    [InlineData("zip")]
    [InlineData("plain")]
    public async Task Pickled_tensors_of_older_versions_are_read_and_nothing_is_executed(string kind)
    {
        using AdapterSample sample = new("llama-lora");
        string model = await sample.WriteBaseAsync();
        string folder = Path.Combine(AppContext.BaseDirectory, "Fixtures", "peft", "pickled", kind);
        string export = await sample.ExportAsync(await sample.ImportAsync(folder, model));
        Assert.Equal(
            AdapterSample
                .Tensors(sample.Peft)
                .Where(tensor => tensor.Key.StartsWith(Layers + "1.self_attn.q_proj", StringComparison.Ordinal)),
            AdapterSample.Tensors(export)
        );

        DamagedAdapter.Copy(folder, sample["bad"]);
        string file = Path.Combine(sample["bad"], "adapter_model.bin");
        byte[] bytes = await File.ReadAllBytesAsync(file);
        Random random = new(7);
        for (int round = 0; round < 200; round++)
        {
            byte[] damaged = round % 3 == 0 ? bytes[..random.Next(bytes.Length)] : (byte[])bytes.Clone();
            if (damaged.Length > 0)
            {
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            }

            await File.WriteAllBytesAsync(file, damaged);
            try
            {
                PeftFolder.Open(sample["bad"]).Dispose();
            }
            catch (Exception e) when (e is BadFileException or MappingException)
            {
                continue; // told as it should be
            }
        }
    }

    [Fact]
    public async Task A_folder_of_several_adapters_tells_their_names()
    {
        using AdapterSample sample = new("llama-lora");
        string model = await sample.WriteBaseAsync();
        DamagedAdapter.Copy(sample.Peft, Path.Combine(sample["several"], "first"));
        DamagedAdapter.Copy(sample.Peft, Path.Combine(sample["several"], "second"));
        BadFileException import = await Assert.ThrowsAsync<BadFileException>(() =>
            sample.ImportAsync(sample["several"], model)
        );
        BadFileException merge = await Assert.ThrowsAsync<BadFileException>(() =>
            sample.MergeAsync(model, sample["several"])
        );
        Assert.Contains(Path.Combine("several", "second"), import.Message, StringComparison.Ordinal);
        Assert.Equal(import.Message, merge.Message);
    }

    [Fact]
    public async Task Ranks_share_the_adapters_of_routers_as_in_upstreams_files()
    {
        using AdapterSample sample = new("qwen3moe-lora-normalize");
        string model = await sample.WriteBaseAsync();
        using (
            AdapterImporter importer = AdapterImporter.Open(
                new()
                {
                    HfAdapter = sample.Peft,
                    MegatronPath = sample["tp2"],
                    BaseModel = model,
                    Sizes = new() { Tp = 2 },
                }
            )
        )
        {
            await importer.RunAsync();
        }

        using MegatronCheckpoint checkpoint = MegatronCheckpoint.Open(sample["tp2"]);
        foreach (string matrix in (string[])["in", "out"])
        {
            StoredTensor? entry = checkpoint.Index!.FindTensor(
                $"decoder.layers.mlp.router.adapter.linear_{matrix}.weight"
            );
            Assert.Equal(4, entry!.Chunks.Count);
            Assert.All(entry.Chunks, chunk => Assert.Equal(2, chunk.Box.Sizes[1]));
        }
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    [InlineData(4, 1)]
    public async Task Magnitudes_of_whole_rows_are_the_same_on_all_ranks(int tp, int pp)
    {
        using AdapterSample sample = new("llama-dora");
        string model = await sample.WriteBaseAsync();
        string export = await sample.ExportAsync();
        using (
            AdapterImporter importer = AdapterImporter.Open(
                new()
                {
                    HfAdapter = export,
                    MegatronPath = sample["cut"],
                    BaseModel = model,
                    Sizes = new() { Tp = tp, Pp = pp },
                }
            )
        )
        {
            Assert.Contains("linear_proj", Assert.Single(importer.Report.Warnings), StringComparison.Ordinal);
            await importer.RunAsync();
        }

        // Magnitudes of gate and up are in the order of the ranks, as in upstream's files; the rest does not depend on them.
        Dictionary<string, string> expected = AdapterSample.CheckpointTensors(sample.Megatron);
        Dictionary<string, string> found = AdapterSample.CheckpointTensors(sample["cut"]);
        Assert.Equal(expected.Keys.Order(), found.Keys.Order());
        Assert.Equal(
            ["decoder.layers.mlp.linear_fc1.adapter.weight_magnitude"],
            expected.Keys.Where(key => expected[key] != found[key])
        );
        Assert.Equal(
            AdapterSample.Tensors(export),
            AdapterSample.Tensors(await sample.ExportAsync(sample["cut"], "again"))
        );
    }

    [Fact]
    public async Task A_damaged_config_is_a_bad_file_and_nothing_else()
    {
        using AdapterSample sample = new("llama-lora");
        DamagedAdapter.Copy(sample.Peft, sample["bad"]);
        string config = Path.Combine(sample["bad"], "adapter_config.json");
        byte[] bytes = await File.ReadAllBytesAsync(config);
        Random random = new(6);
        for (int round = 0; round < 300; round++)
        {
            byte[] damaged = round % 3 == 0 ? bytes[..random.Next(bytes.Length)] : (byte[])bytes.Clone();
            if (damaged.Length > 0)
            {
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            }

            await File.WriteAllBytesAsync(config, damaged);
            try
            {
                PeftFolder.Open(sample["bad"]).Dispose();
            }
            catch (Exception e) when (e is BadFileException or MappingException)
            {
                continue; // told as it should be
            }
        }
    }
}
