namespace MegatronBridge.Cpu.Tokenizers.PostProcessors;

/// <summary>Puts special tokens around the ids of a text.</summary>
internal interface IPostProcessor
{
    List<int> Apply(List<int> ids);
}
