using MegatronBridge.Initialization;

namespace MegatronBridge.Tests.Bridge.Initialization;

public sealed class PortableMathTests
{
    [Fact]
    public void Functions_are_those_of_the_platform_but_for_the_last_bits()
    {
        Random random = new(1);
        for (int i = 0; i < 20_000; i++)
        {
            double x = random.NextDouble();
            double wide = Math.Pow(10, (x * 40) - 20);
            (double sin, double cos) = PortableMath.SinCosOfTurns(x);
            Assert.Equal(Math.Sin(2 * Math.PI * x), sin, 2e-15);
            Assert.Equal(Math.Cos(2 * Math.PI * x), cos, 2e-15);
            Assert.Equal(1, PortableMath.Log(wide) / Math.Log(wide), 1e-14);
            Assert.Equal(1, PortableMath.Exp((x * 100) - 50) / Math.Exp((x * 100) - 50), 1e-14);
        }

        Assert.Equal(0, PortableMath.Log(1));
        Assert.Equal(1, PortableMath.Exp(0));
    }
}
