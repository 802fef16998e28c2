using System.Reflection;
using MegatronBridge.Config;
using MegatronBridge.Config.Schema;

namespace MegatronBridge.Tests.Docs;

public sealed class ProviderPropertiesTests
{
    // Fields whose kind a family's class changes: their property is of the common kind, the others are had by name.
    private static readonly string[] Changed = ["rotary_base", "moe_router_topk"];

    [Fact]
    public void The_properties_are_up_to_date_or_else_run_regenerate_in_eng() =>
        Assert.All(ProviderProperties.Write(), file => Regenerated.AssertSame(file.Path, file.Text));

    [Fact]
    public void No_provider_is_left_of_a_class_that_no_family_has_any_more() =>
        Assert.Equal(
            ProviderProperties.Write().Select(file => Path.GetFileName(file.Path)).Order(),
            Directory
                .EnumerateFiles(
                    Path.Combine(Repository.Root, "src/Bridge/Config"),
                    "*.g.cs",
                    SearchOption.AllDirectories
                )
                .Select(path => Path.GetFileName(path))
                .Order()
        );

    [Fact]
    public void Every_field_of_every_class_has_a_property_that_reads_and_writes_it()
    {
        foreach (ProviderSchema schema in ProviderSchema.All)
        {
            ModelProvider provider = schema.NewProvider();
            foreach (ProviderField field in schema.Fields.Where(field => !Changed.Contains(field.Name)))
            {
                PropertyInfo? property = provider.GetType().GetProperty(ProviderProperties.PropertyOf(field.Name));
                Assert.True(property is { CanRead: true, CanWrite: true }, $"{schema.Name}: {field.Name}");
                if (!field.Default.IsNull && field.Name != "lightning_indexer_layers")
                {
                    provider[field.Name] = field.Default;
                    property!.SetValue(provider, property.GetValue(provider));
                    Assert.True(
                        AreEqual(field.Default, provider[field.Name]),
                        $"{schema.Name}: {field.Name} {field.Default} {provider[field.Name]}"
                    );
                }
            }
        }

        // 10000 and 10000.0 are the same double.
        static bool AreEqual(ConfigValue a, ConfigValue b) =>
            a == b
            || (
                a is ConfigValue.Integer { Value: var whole }
                && b is ConfigValue.Number { Value: var number }
                && (double)whole == number
            );
    }

    [Fact]
    public void Every_class_of_a_family_is_made_by_its_schema_and_has_its_defaults()
    {
        Assert.All(
            ProviderProperties.Classes,
            made =>
            {
                Type type = typeof(ModelProvider).Assembly.GetType(
                    $"MegatronBridge.Config.Providers.{made.Name}",
                    true
                )!;
                ModelProvider provider = (ModelProvider)Activator.CreateInstance(type)!;
                Assert.Same(made.Versions[0], provider.Schema);
                Assert.All(made.Versions, version => Assert.IsType(type, version.NewProvider()));
            }
        );
    }
}
