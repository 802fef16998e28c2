namespace MegatronBridge.Storage.TorchDist;

/// <summary>Something that a rank saves: a <see cref="TensorChunk"/> or an <see cref="ObjectItem"/>.</summary>
/// <param name="Key">Its name in the checkpoint.</param>
public abstract record SaveItem(string Key);
