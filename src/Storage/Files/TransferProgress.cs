namespace MegatronBridge.Storage.Files;

/// <summary>How far a transfer is, in bytes of tensor data.</summary>
public readonly record struct TransferProgress(long DoneBytes, long TotalBytes);
