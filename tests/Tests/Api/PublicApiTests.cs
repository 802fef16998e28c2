using System.Reflection;
using MegatronBridge.Config;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Tests.Docs;

namespace MegatronBridge.Tests.Api;

public sealed class PublicApiTests
{
    private static readonly Assembly[] Libraries =
    [
        typeof(TensorView).Assembly,
        typeof(ModelProvider).Assembly,
        Assembly.Load("MegatronBridge.Cpu"),
    ];

    public static TheoryData<string> Names => [.. Libraries.Select(library => library.GetName().Name!)];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_public_api_is_the_recorded_one_or_else_run_regenerate_in_eng_to_accept_the_change(string name)
    {
        Assembly library = Array.Find(Libraries, library => library.GetName().Name == name)!;
        Regenerated.AssertSame($"tests/Fixtures/api/{name}.txt", PublicApi.Write(library));
    }
}
