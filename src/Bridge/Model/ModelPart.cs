using MegatronBridge.Config;

namespace MegatronBridge.Model;

/// <summary>
/// A part of a model - its language model, a tower that sees or hears - adds its rows to the table; the parts come in the order of
/// the modules.
/// </summary>
internal delegate void ModelPart(TableScope scope, ModelProvider provider);
