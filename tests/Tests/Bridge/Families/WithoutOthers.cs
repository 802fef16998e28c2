namespace MegatronBridge.Tests.Bridge.Families;

/// <summary>Tests that change what the whole process sees: none other runs beside them.</summary>
[CollectionDefinition(nameof(WithoutOthers), DisableParallelization = true)]
public sealed class WithoutOthers;
