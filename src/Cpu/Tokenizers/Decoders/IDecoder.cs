namespace MegatronBridge.Cpu.Tokenizers.Decoders;

/// <summary>Turns tokens into pieces of text; what the last decoder gives is put together.</summary>
internal interface IDecoder
{
    List<string> Apply(List<string> tokens);
}
