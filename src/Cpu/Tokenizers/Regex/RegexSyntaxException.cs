namespace MegatronBridge.Cpu.Tokenizers.Regex;

/// <summary>Why a regular expression cannot be used; the reader of the file tells where it stands.</summary>
internal sealed class RegexSyntaxException(string fault) : Exception(fault);
