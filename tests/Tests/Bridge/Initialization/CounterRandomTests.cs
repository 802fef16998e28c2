using MegatronBridge.Initialization;

namespace MegatronBridge.Tests.Bridge.Initialization;

public sealed class CounterRandomTests
{
    /// <summary>The vectors that its authors publish.</summary>
    [Fact]
    public void Blocks_are_those_of_Philox()
    {
        Assert.Equal((0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u), CounterRandom.Philox(0, 0, 0, 0, 0, 0));
        Assert.Equal(
            (0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu),
            CounterRandom.Philox(~0u, ~0u, ~0u, ~0u, ~0u, ~0u)
        );
        Assert.Equal(
            (0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u),
            CounterRandom.Philox(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0)
        );
    }

    [Fact]
    public void Numbers_depend_on_seed_name_and_place_alone()
    {
        CounterRandom random = new(7, "a");
        Assert.Equal(random.Normal(1L << 40), new CounterRandom(7, "a").Normal(1L << 40));
        Assert.NotEqual(random.Normal(0), random.Normal(1L << 32));
        Assert.NotEqual(random.Normal(0), new CounterRandom(8, "a").Normal(0));
        Assert.NotEqual(random.Normal(0), new CounterRandom(7, "b").Normal(0));
    }
}
