using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Yaml;
using MegatronBridge.Storage;

namespace MegatronBridge.Conformance;

public sealed class YamlTests(Python python)
{
    [Fact]
    public void Odd_documents_are_written_and_read_as_by_PyYAML()
    {
        foreach (JsonElement entry in python.Call("yaml_documents", "written", 2, 2000).EnumerateArray())
        {
            string yaml = entry.GetProperty("yaml").GetString()!;
            byte[] json = Encoding.UTF8.GetBytes(entry.GetProperty("json").GetString()!);
            ConfigValue.Map document = (ConfigValue.Map)ConfigValue.FromJson(PythonJson.Parse(json, "document"));
            Assert.Equal(yaml, YamlWriter.Write(document));
            Assert.Equal(Describe(document), Describe(YamlReader.Read(Encoding.UTF8.GetBytes(yaml), "document")));
        }
    }

    [Fact]
    public void Documents_of_all_styles_whole_or_damaged_are_read_as_by_PyYAML_or_refused()
    {
        int read = 0;
        int refused = 0;
        foreach (JsonElement entry in python.Call("yaml_documents", "read", 3, 4000).EnumerateArray())
        {
            string yaml = entry[0].GetString()!;
            try
            {
                ConfigValue ours = YamlReader.Read(Encoding.UTF8.GetBytes(yaml), "document");
                Assert.True(
                    entry[1].ValueKind != JsonValueKind.Null,
                    $"PyYAML refuses, or makes an object of:\n{yaml}"
                );
                Assert.Equal(PythonJson.Write(JsonNode.Parse(entry[1].GetRawText())), Describe(ours));
                read++;
            }
            catch (BadFileException)
            {
                // Stricter only in what no config has: keys that are collections, or there twice.
                refused += entry[1].ValueKind == JsonValueKind.Object ? 1 : 0;
            }
        }

        Assert.InRange(read, 1500, 4000);
        Assert.InRange(refused, 0, 20);
    }

    private static string Describe(ConfigValue value) => PythonJson.Write(Json(value));

    private static JsonNode? Json(ConfigValue value) =>
        value switch
        {
            ConfigValue.Map map => new JsonObject(
                map.Entries.Select(entry => KeyValuePair.Create(DescribeKey(entry.Key), Json(entry.Value)))
            ),
            ConfigValue.List list => new JsonArray([.. list.Items.Select(Json)]),
            ConfigValue.Number => new JsonObject { ["float"] = value.ToString() },
            _ => value.ToJson(),
        };

    private static string DescribeKey(ConfigValue key) =>
        key switch
        {
            ConfigValue.Text => $"str:{key}",
            ConfigValue.Integer => $"int:{key}",
            ConfigValue.Number => $"float:{key}",
            ConfigValue.Flag flag => flag.Value ? "bool:True" : "bool:False",
            _ => "NoneType:None",
        };
}
