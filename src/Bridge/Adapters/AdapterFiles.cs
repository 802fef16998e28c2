using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Families;
using MegatronBridge.Storage;

namespace MegatronBridge.Adapters;

/// <summary>An adapter in either format, open for reading.</summary>
internal sealed class AdapterFiles : IDisposable
{
    private readonly IDisposable _files;

    private AdapterFiles(IDisposable files, AdapterSet adapter, int tensors)
    {
        _files = files;
        Adapter = adapter;
        TensorCount = tensors;
    }

    /// <summary>The adapter.</summary>
    public AdapterSet Adapter { get; }

    /// <summary>Number of tensors in its files.</summary>
    public int TensorCount { get; }

    /// <summary>Opens a folder of peft, or a Megatron checkpoint of adapters, for a model.</summary>
    /// <exception cref="BadFileException">It is neither, or damaged.</exception>
    /// <exception cref="MappingException">Tensors do not fit the model, or the settings.</exception>
    public static AdapterFiles Open(string path, Family family, ModelProvider provider, ITensorSource? hf)
    {
        if (PeftFolder.IsAt(path))
        {
            PeftFolder folder = PeftFolder.Open(path);
            try
            {
                return new(folder, folder.For(family, provider, hf), folder.TensorCount);
            }
            catch
            {
                folder.Dispose();
                throw;
            }
        }

        MegatronCheckpoint checkpoint = MegatronCheckpoint.Open(path);
        try
        {
            return new(checkpoint, MegatronAdapter.Read(checkpoint, family, provider, hf), checkpoint.Names.Count);
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _files.Dispose();
}
