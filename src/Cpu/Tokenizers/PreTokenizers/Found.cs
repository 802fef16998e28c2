namespace MegatronBridge.Cpu.Tokenizers.PreTokenizers;

/// <summary>A part of a piece, and whether it is what was looked for or what stands between.</summary>
internal readonly record struct Found(int Start, int End, bool IsMatch);
