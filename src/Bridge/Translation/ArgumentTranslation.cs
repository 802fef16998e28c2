using MegatronBridge.Config;

namespace MegatronBridge.Translation;

/// <summary>Translates arguments of Megatron-LM into overrides of Megatron-Bridge and back. What is not known is refused, all at once.</summary>
public static class ArgumentTranslation
{
    /// <summary>Megatron-LM's arguments, as one writes them behind <c>pretrain_gpt.py</c>, as overrides.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="allowUnknown">Whether arguments that Megatron-LM does not have are left out instead of refused.</param>
    /// <exception cref="InvalidConfigException">An argument is not known, or a value is of another kind than its field.</exception>
    public static TranslatedSettings ToBridge(string arguments, bool allowUnknown = false) =>
        new BridgeTranslation(MegatronArguments.OfCommand(arguments)).Run(allowUnknown);

    /// <summary>The same of a YAML file as Megatron-LM's tests have them, with the arguments in a map <c>MODEL_ARGS</c>, or at its top.</summary>
    /// <param name="utf8">The file.</param>
    /// <param name="path">Its name, for messages.</param>
    /// <param name="allowUnknown">Whether arguments that Megatron-LM does not have are left out instead of refused.</param>
    /// <exception cref="Storage.BadFileException">It is no YAML of plain data.</exception>
    /// <exception cref="InvalidConfigException">An argument is not known, or a value is of another kind than its field.</exception>
    public static TranslatedSettings YamlToBridge(ReadOnlySpan<byte> utf8, string path, bool allowUnknown = false) =>
        new BridgeTranslation(MegatronArguments.OfYaml(utf8, path)).Run(allowUnknown);

    /// <summary>Overrides, <c>model.num_layers=32 model.gated_linear_unit=true</c>, as Megatron-LM's arguments.</summary>
    /// <exception cref="InvalidConfigException">A field has no argument, or a value that no argument can say.</exception>
    public static TranslatedSettings ToMegatron(string overrides) => new MegatronTranslation(overrides).Run();
}
