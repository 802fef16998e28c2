namespace MegatronBridge.Tests.Cpu.Chat;

/// <summary>The time at which the expectations were recorded.</summary>
internal sealed class FixedClock : TimeProvider
{
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow() => new(2025, 3, 7, 8, 5, 9, TimeSpan.Zero);
}
