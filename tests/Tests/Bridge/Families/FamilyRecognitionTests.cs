using MegatronBridge.Families;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Bridge.Families;

public sealed class FamilyRecognitionTests
{
    [Theory]
    [MemberData(nameof(GoldenCases.Models), MemberType = typeof(GoldenCases))]
    public void The_provider_tells_its_family(string family, string layout)
    {
        GoldenCase golden = new(family, layout);
        Assert.Same(golden.Family, FamilyRecognition.Of(golden.Provider));
    }
}
