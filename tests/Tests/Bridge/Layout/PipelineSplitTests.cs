using MegatronBridge.Config;
using MegatronBridge.Config.Schema;
using MegatronBridge.Layout;

namespace MegatronBridge.Tests.Bridge.Layout;

public sealed class PipelineSplitTests
{
    [Theory]
    [InlineData(8, 2, 2, "0011 0011", "0000 1111")] // blocks of 2, going round
    [InlineData(8, 4, null, "0011 2233", "0000 0000")]
    public void Layers_go_round_the_ranks_in_equal_blocks(
        int layers,
        int pp,
        int? vp,
        string ranks,
        string virtualStages
    )
    {
        ModelProvider provider = Provider(layers, pp);
        provider.VirtualPipelineModelParallelSize = vp;
        PipelineSplit split = new(provider);
        Assert.Equal(
            ranks.Replace(" ", ""),
            string.Concat(Enumerable.Range(0, layers).Select(layer => split.StageOf(layer).Pp))
        );
        Assert.Equal(
            virtualStages.Replace(" ", ""),
            string.Concat(Enumerable.Range(0, layers).Select(layer => split.StageOf(layer).Vp))
        );
    }

    [Theory]
    [InlineData("Et*3|t*2|t|t*2L", 4, "00011233")]
    [InlineData("E|(tt|)*2ttttL", 4, "11223333")]
    [InlineData("Ett|tt|tt|ttL", 2, "00110011")] // two virtual stages
    public void A_pipeline_may_be_written_out(string layout, int pp, string ranks)
    {
        ModelProvider provider = Provider(8, pp);
        provider.PipelineModelParallelLayout = layout;
        PipelineSplit split = new(provider);
        Assert.Equal(ranks, string.Concat(Enumerable.Range(0, 8).Select(layer => split.StageOf(layer).Pp)));
    }

    [Theory]
    [InlineData("Et*7L")]
    [InlineData("t*8|L")]
    [InlineData("Et*8")]
    [InlineData("E(t*8L")]
    [InlineData("Et*8)L")]
    [InlineData("Et*x|L")]
    [InlineData("Ex*8L|")]
    [InlineData("E((((((((((t*9999)*9999)*9999)*9999)*9999)*9999)*9999)*9999)*9999)*9999)|L")]
    [InlineData("Et*4|tt|t*2L")]
    public void A_wrong_layout_is_refused(string layout)
    {
        ModelProvider provider = Provider(8, 2);
        provider.PipelineModelParallelLayout = layout;
        Assert.Throws<LayoutException>(() => new PipelineSplit(provider));
    }

    [Fact]
    public void Layers_that_do_not_divide_are_refused_with_the_numbers()
    {
        LayoutException fault = Assert.Throws<LayoutException>(() => new PipelineSplit(Provider(7, 2)));
        Assert.Contains("7 layers do not divide over 2 pipeline ranks", fault.Message);
    }

    private static ModelProvider Provider(int layers, int pp) =>
        new GptModelProvider { NumLayers = layers, PipelineModelParallelSize = pp };
}
