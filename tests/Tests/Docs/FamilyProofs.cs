using MegatronBridge.Config;
using MegatronBridge.Families;
using MegatronBridge.Tests.Bridge.Families;
using MegatronBridge.Tests.Cpu;
using MegatronBridge.Tests.Golden;

namespace MegatronBridge.Tests.Docs;

/// <summary>What the tests find to check a family with.</summary>
/// <param name="Golden">Models that the real tools have converted, by the names of their manifests.</param>
/// <param name="Transformers">Models that transformers has written.</param>
/// <param name="Configs">Small configs that hold the contract of all families.</param>
internal sealed record FamilyProofs(
    IReadOnlyList<string> Golden,
    IReadOnlyList<string> Transformers,
    IReadOnlyList<string> Configs
)
{
    private static readonly ILookup<Family, string> Manifests = ByFamily(
        GoldenCases.Families.Concat(GoldenCases.Towers)
    );

    private static readonly ILookup<Family, string> Models = ByFamily(TransformersModel.Names);
    private static readonly ILookup<Family, string> Small = ByFamily(SmallConfigs.All.Select(row => row.Data));

    /// <summary>The layouts of the models that the real tools have converted, each once.</summary>
    public IEnumerable<string> Layouts =>
        Golden.SelectMany(name => GoldenManifest.Load(name).Layouts).Distinct().Order(StringComparer.Ordinal);

    /// <summary>True when transformers has the class, and can run it.</summary>
    public bool IsInTransformers => Transformers.Count > 0 || Golden.Any(CanRun);

    /// <summary>The models whose logits transformers has told, which the CPU computes as well.</summary>
    public IEnumerable<string> Logits => Golden.Where(GoldenLogits.Families.Contains);

    public static FamilyProofs Of(Family family) =>
        new([.. Manifests[family]], [.. Models[family]], [.. Small[family]]);

    private static ILookup<Family, string> ByFamily(IEnumerable<string> configs) =>
        configs.ToLookup(name => FamilyList.Of(new HfConfig(SmallConfigs.Config(name))));

    private static bool CanRun(string manifest) =>
        GoldenManifest.Load(manifest).Json["logits"]?["error"]?.GetValue<string>().Contains("has no attribute") != true;
}
