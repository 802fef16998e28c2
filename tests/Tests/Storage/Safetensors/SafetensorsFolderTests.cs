using System.Text.Json.Nodes;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Safetensors;
using MegatronBridge.Tests.Storage.Files;

namespace MegatronBridge.Tests.Storage.Safetensors;

public sealed class SafetensorsFolderTests : IDisposable
{
    private const string First = "model-00001-of-00003.safetensors";
    private const string Third = "model-00003-of-00003.safetensors";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_model_in_several_files_reads_as_the_same_model_in_one()
    {
        using SafetensorsFolder sharded = SafetensorsFolder.Open(Path.Combine(SafetensorsSamples.Folder, "hf-sharded"));
        using SafetensorsFolder single = SafetensorsFolder.Open(
            Path.Combine(SafetensorsSamples.Folder, "tiny-llama-hf")
        );
        SafetensorsSamples.AssertTensors(
            SafetensorsSamples.Expected("tiny-llama-hf").GetProperty("model.safetensors").GetProperty("tensors"),
            single.Tensors
        );
        SafetensorsSamples.AssertTensors(
            SafetensorsSamples.Expected("tiny-llama-hf").GetProperty("model.safetensors").GetProperty("tensors"),
            sharded.Tensors
        );
        Assert.Null(single.Index);
        Assert.Equal(sharded.Index!.WeightMap, sharded.FileNames);
        Assert.Equal(49984, sharded.Index.TotalSize);
        Assert.Equal(3, sharded.Files.Count);
        Assert.Empty(sharded.UnusedFiles);
    }

    [Fact]
    public void All_faults_of_a_model_are_told_at_once()
    {
        CopySharded();
        File.Delete(_folder[First]);
        EditMap(map =>
        {
            map.Remove("lm_head.weight");
            map["extra"] = Third;
        });
        string message = Refused();
        Assert.Contains($"{First}: the file does not exist", message);
        Assert.Contains($"'lm_head.weight' is in {Third}, but the index does not say so", message);
        Assert.Contains($"'extra' should be in {Third}", message);
        Assert.Contains("3 faults", message);
    }

    [Fact]
    public void A_wrong_total_size_is_refused()
    {
        CopySharded();
        Edit(index => index["metadata"]!["total_size"] = 49985);
        Assert.Contains("take 49984 bytes, but 'total_size' of the index is 49985", Refused());
        Edit(index => index["metadata"]!["total_size"] = JsonNode.Parse("49984.0"));
        SafetensorsFolder.Open(_folder.Path).Dispose();
        Edit(index => index.Remove("metadata"));
        SafetensorsFolder.Open(_folder.Path).Dispose();
    }

    [Theory]
    [InlineData("../model.safetensors")]
    [InlineData("a/../../model.safetensors")]
    [InlineData("/model.safetensors")]
    [InlineData("a\\model.safetensors")]
    [InlineData("model.safetensors\0.safetensors")]
    [InlineData("")]
    public void A_file_name_that_leaves_the_folder_is_refused(string name)
    {
        CopySharded();
        EditMap(map => map["lm_head.weight"] = name);
        Assert.True(Refused().Contains("must be relative") || name.Length == 0);
    }

    [Fact]
    public void A_file_of_another_kind_is_refused()
    {
        CopySharded();
        EditMap(map => map["lm_head.weight"] = "config.json");
        Assert.Contains("does not end in .safetensors", Refused());
    }

    [Fact]
    public void A_link_out_of_the_folder_is_refused_and_one_inside_is_followed()
    {
        CopySharded();
        using TemporaryFolder elsewhere = new();
        File.Move(_folder[First], elsewhere["blob"]);
        File.CreateSymbolicLink(_folder[First], elsewhere["blob"]);
        Assert.Contains("a link leads to", Refused());

        File.Delete(_folder[First]);
        Directory.CreateDirectory(_folder["inner"]);
        File.Move(elsewhere["blob"], _folder["inner/blob"]);
        File.CreateSymbolicLink(_folder[First], "inner/../inner/blob");
        SafetensorsFolder.Open(_folder.Path).Dispose();

        File.Delete(_folder[First]);
        File.CreateSymbolicLink(_folder[First], First);
        Assert.Contains("perhaps a circle", Refused());
    }

    [Fact]
    public void The_links_of_the_hub_cache_are_followed()
    {
        string snapshot = _folder["models--a--b/snapshots/0123abcd"];
        string blobs = _folder["models--a--b/blobs"];
        Directory.CreateDirectory(blobs);
        Directory.CreateDirectory(snapshot);
        foreach (string file in Directory.GetFiles(Path.Combine(SafetensorsSamples.Folder, "hf-sharded")))
        {
            File.Copy(file, Path.Combine(blobs, $"blob-{Path.GetFileName(file)}"));
            File.CreateSymbolicLink(
                Path.Combine(snapshot, Path.GetFileName(file)),
                $"../../blobs/blob-{Path.GetFileName(file)}"
            );
        }

        Directory.CreateSymbolicLink(_folder["my-model"], snapshot);
        using SafetensorsFolder folder = SafetensorsFolder.Open(_folder["my-model"]);
        Assert.Equal(3, folder.Files.Count);

        string link = Path.Combine(snapshot, First);
        File.Delete(link);
        File.CreateSymbolicLink(link, "../../../models--a--b/refs/main");
        Assert.Throws<BadFileException>(() => SafetensorsFolder.Open(snapshot));
    }

    [Fact]
    public void Without_an_index_the_names_decide()
    {
        CopySharded();
        File.Delete(_folder[WeightNames.Transformers.Index]);
        using (SafetensorsFolder folder = SafetensorsFolder.Open(_folder.Path))
        {
            Assert.Equal(3, folder.Files.Count);
        }

        File.Copy(_folder[First], _folder["model.safetensors"]);
        Assert.Contains("Remove one or the other", Refused());

        File.Delete(_folder["model.safetensors"]);
        File.Delete(_folder[First]);
        Assert.Contains("are 2, not the 3", Refused());

        File.Delete(_folder[Third]);
        File.Move(_folder["model-00002-of-00003.safetensors"], _folder["a.safetensors"]);
        File.Copy(_folder["a.safetensors"], _folder["b.safetensors"]);
        Assert.Contains("is in a.safetensors and in b.safetensors", Refused());
        File.Move(_folder["b.safetensors"], _folder["model.safetensors"]);
        using (SafetensorsFolder folder = SafetensorsFolder.Open(_folder.Path))
        {
            Assert.Equal(["model.safetensors"], folder.Files.Keys);
            Assert.Equal(["a.safetensors"], folder.UnusedFiles);
        }
    }

    [Fact]
    public void An_index_beside_a_single_file_that_it_does_not_name_is_refused()
    {
        CopySharded();
        File.Copy(_folder[First], _folder["model.safetensors"]);
        Assert.Contains("an index that does not name it", Refused());
    }

    [Fact]
    public void A_folder_without_a_model_is_refused()
    {
        Assert.Contains("has no *.safetensors file", Refused());
        File.WriteAllText(_folder["pytorch_model.bin"], "");
        Assert.Contains("pytorch_model*.bin", Refused());
        Assert.Throws<BadFileException>(() => SafetensorsFolder.Open(_folder["missing"]));
    }

    private string Refused() => Assert.Throws<BadFileException>(() => SafetensorsFolder.Open(_folder.Path)).Message;

    private void CopySharded()
    {
        foreach (string file in Directory.GetFiles(Path.Combine(SafetensorsSamples.Folder, "hf-sharded")))
        {
            File.Copy(file, _folder[Path.GetFileName(file)]);
        }
    }

    private void EditMap(Action<JsonObject> edit) => Edit(index => edit(index["weight_map"]!.AsObject()));

    private void Edit(Action<JsonObject> edit)
    {
        string path = _folder[WeightNames.Transformers.Index];
        JsonObject index = JsonNode.Parse(File.ReadAllBytes(path))!.AsObject();
        edit(index);
        File.WriteAllText(path, index.ToJsonString());
    }
}
