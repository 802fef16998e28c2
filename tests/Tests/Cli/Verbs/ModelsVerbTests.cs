using System.Text.Json;
using MegatronBridge.Cli;
using MegatronBridge.Families;

namespace MegatronBridge.Tests.Cli.Verbs;

public sealed class ModelsVerbTests
{
    [Fact]
    public async Task Every_family_is_listed()
    {
        CommandRun text = await CommandRun.OfAsync("models");
        CommandRun json = await CommandRun.OfAsync("models", "--json");
        Assert.Equal(ExitCode.Done, text.ExitCode);
        Assert.All(FamilyList.All, family => Assert.Contains($"\n{family.Architecture} ", text.Out));
        JsonElement models = json.Json.GetProperty("models");
        Assert.Equal(
            FamilyList.All.Select(family => (family.Architecture, family.ModelType)),
            models
                .EnumerateArray()
                .Select(model =>
                    (model.GetProperty("architecture").GetString()!, model.GetProperty("model_type").GetString()!)
                )
        );
    }
}
