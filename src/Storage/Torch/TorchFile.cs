using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch.Pickle;

namespace MegatronBridge.Storage.Torch;

/// <summary>
/// What <c>torch.save</c> wrote: a graph of values, and tensors in it that are read when they are asked for. A file, or
/// an item of a distributed checkpoint, which is the same inside a larger file (docs/formats.md, torch archive).
/// </summary>
public sealed class TorchFile
{
    private readonly string _path;
    private readonly IReadOnlyDictionary<string, TorchStorage> _storages;
    private readonly TensorBuilder _tensors;

    internal TorchFile(
        InputFile file,
        PickleValue root,
        string prefix,
        IReadOnlyDictionary<string, TorchStorage> storages
    )
    {
        Root = root;
        Prefix = prefix;
        _storages = storages;
        _path = file.Path;
        _tensors = new(file.Path, storages);
    }

    /// <summary>The value that was saved.</summary>
    public PickleValue Root { get; }

    /// <summary>The folder in the archive: the name that the file was saved under, <c>archive</c> for an item; empty in files of torch before 1.6.</summary>
    public string Prefix { get; }

    /// <summary>True when the file begins as one of torch does: as a zip archive, or in the way of torch before 1.6.</summary>
    public static bool IsIn(InputFile file) =>
        (file.Length >= 2 && file.Read(0, 2).AsSpan().SequenceEqual("PK"u8))
        || OldTorchFormat.IsIn(file, 0, file.Length);

    /// <summary>Reads the values of a whole file; it must stay open while tensors are read.</summary>
    /// <exception cref="BadFileException">It was not written by torch, or is damaged.</exception>
    public static TorchFile Open(InputFile file) => Open(file, 0, file.Length);

    /// <summary>Reads the values of an item that takes <paramref name="length"/> bytes from <paramref name="start"/> on.</summary>
    /// <exception cref="BadFileException">It was not written by torch, or is damaged.</exception>
    public static TorchFile Open(InputFile file, long start, long length) =>
        OldTorchFormat.IsIn(file, start, length)
            ? OldTorchFormat.Read(file, start, length)
            : TorchArchive.Read(file, start, length);

    /// <summary>The tensor that <paramref name="value"/>, somewhere in the graph, stands for; null when it is something else.</summary>
    /// <exception cref="BadFileException">It is a tensor that breaks a rule, or has no plain data: see the message.</exception>
    public TensorView? FindTensor(PickleValue? value) => _tensors.Find(value);

    /// <summary>All tensors of the graph with their paths, such as <c>model.decoder.weight</c>.</summary>
    public IReadOnlyList<NamedTensor> ListTensors() => new TensorWalk(_path, _tensors).Run(Root);

    /// <summary>The elements of a storage, one behind the other.</summary>
    internal TensorView FindStorage(string key)
    {
        TorchStorage storage = _storages[key];
        return storage.IsBigEndian
            ? throw new BadFileException(
                _path,
                "the file is big-endian; its tensors can be read, but not copied whole."
            )
            : storage.View(storage.DType, [storage.ByteCount * 8 / storage.DType.BitCount()], 0);
    }
}
