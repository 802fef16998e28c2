using MegatronBridge.Mapping;
using MegatronBridge.Ranks;

namespace MegatronBridge;

/// <summary>One parameter of a model, and how it is converted in either direction.</summary>
/// <param name="ParamName">Its name on this rank, where layers and experts count from 0; its name in the whole model if another rank has it.</param>
/// <param name="Mapping">The mapping with the names of both sides in the whole model.</param>
/// <param name="PpRank">The pipeline stage that has it.</param>
/// <param name="VpStage">The virtual stage on that rank.</param>
/// <param name="MegatronModule">The part of the model that has it; null on other ranks.</param>
/// <param name="ParamWeight">This rank's part of it; null on other ranks.</param>
public sealed record WeightConversionTask(
    string ParamName,
    ResolvedMapping Mapping,
    int PpRank,
    int VpStage,
    MegatronModel? MegatronModule,
    ModelTensor? ParamWeight
)
{
    /// <summary>Its name in the whole model.</summary>
    public string GlobalParamName => Mapping.MegatronParam;
}
