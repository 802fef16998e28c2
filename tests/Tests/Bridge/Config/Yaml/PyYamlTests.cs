using System.Text;
using System.Text.Json.Nodes;
using MegatronBridge.Config;
using MegatronBridge.Config.Yaml;

namespace MegatronBridge.Tests.Bridge.Config.Yaml;

/// <summary>Fixtures/yaml/pyyaml.json: documents and what PyYAML's safe_dump made of them (tests/Conformance/Python/yaml_documents.py).</summary>
public sealed class PyYamlTests
{
    private static readonly string FixturePath =
        Environment.GetEnvironmentVariable("PYYAML_FIXTURE")
        ?? Path.Combine(AppContext.BaseDirectory, "Fixtures", "yaml", "pyyaml.json");

    [Fact]
    public void Every_document_is_written_as_PyYAML_writes_it()
    {
        foreach ((ConfigValue.Map document, string yaml) in Documents())
        {
            Assert.Equal(yaml, YamlWriter.Write(document));
        }
    }

    [Fact]
    public void What_PyYAML_wrote_is_read_as_it_was()
    {
        foreach ((ConfigValue.Map document, string yaml) in Documents())
        {
            Assert.Equal(Sorted(document), Sorted(YamlReader.Read(Encoding.UTF8.GetBytes(yaml), "fixture")));
        }
    }

    private static IEnumerable<(ConfigValue.Map, string)> Documents()
    {
        JsonArray fixture = (JsonArray)JsonNode.Parse(File.ReadAllBytes(FixturePath))!;
        Assert.NotEmpty(fixture);
        foreach (JsonNode? entry in fixture)
        {
            byte[] json = Encoding.UTF8.GetBytes((string)entry!["json"]!);
            yield return (
                (ConfigValue.Map)ConfigValue.FromJson(PythonJson.Parse(json, "fixture")),
                (string)entry["yaml"]!
            );
        }
    }

    private static ConfigValue Sorted(ConfigValue value) =>
        value switch
        {
            ConfigValue.List list => ConfigValue.ListOf(list.Items.Select(Sorted)),
            ConfigValue.Map map => new ConfigValue.Map([
                .. map
                    .Entries.OrderBy(entry => entry.Key.ToString(), StringComparer.Ordinal)
                    .Select(entry => KeyValuePair.Create(entry.Key, Sorted(entry.Value))),
            ]),
            _ => value,
        };
}
