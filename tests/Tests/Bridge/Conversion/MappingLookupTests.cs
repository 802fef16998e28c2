using MegatronBridge.Conversion;
using MegatronBridge.Families;
using MegatronBridge.Mapping;
using MegatronBridge.Model;
using MegatronBridge.Tests.Bridge.Families;

namespace MegatronBridge.Tests.Bridge.Conversion;

public sealed class MappingLookupTests
{
    [Theory]
    [InlineData("llama")]
    [InlineData("deepseek_v3-mtp")]
    [InlineData("qwen25_vl")]
    [InlineData("nemotron_h")]
    public void It_finds_the_mappings_that_match_and_leaves_most_others_out(string name)
    {
        SmallModel model = SmallModel.Of(name);
        MappingLookup lookup = new(model.Family);
        foreach (ModelParameter parameter in ModelTable.Build(model.Provider).Parameters)
        {
            IReadOnlyList<ParameterMapping> found = lookup.For(parameter.Name);
            Assert.Equal(Matching(model.Family.Parameters, parameter), Matching(found, parameter));
            Assert.True(found.Count <= Math.Max(12, model.Family.Parameters.Count / 2));
        }
    }

    private static IEnumerable<ParameterMapping> Matching(
        IEnumerable<ParameterMapping> mappings,
        ModelParameter parameter
    ) => mappings.Where(mapping => mapping.Megatron.Match(parameter.Name) is not null);
}
