using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;
using MegatronBridge.Storage.Torch.Pickle;
using MegatronBridge.Storage.Torch.Zip;

namespace MegatronBridge.Storage.Torch;

/// <summary>Reads the zip archives that torch writes since 1.6.</summary>
internal sealed class TorchArchive
{
    private const int OldestVersion = 1;
    private const int NewestVersion = 10;
    private const int LargestSmallRecord = 64;
    private const int LargestDeflatedPickle = 1 << 28;

    private readonly InputFile _file;
    private readonly ZipContents _zip;
    private readonly string _prefix;

    private TorchArchive(InputFile file, long start, long length)
    {
        _file = file;
        _zip = ZipContents.Open(file, start, length);

        // The first record decides, as for torch itself.
        string first = _zip.Records is [{ Name: var name }, ..] ? name : "";
        int slash = first.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0)
        {
            Fail($"is a zip archive, but not of torch: its first record is '{first}', not in a folder");
        }

        _prefix = first[..slash];
    }

    /// <summary>Reads the archive that takes <paramref name="length"/> bytes from <paramref name="start"/> on.</summary>
    public static TorchFile Read(InputFile file, long start, long length)
    {
        TorchArchive archive = new(file, start, length);
        archive.CheckVersion();
        bool isBigEndian = archive.IsBigEndian();
        PickleGraph graph = archive.ReadPickle();
        Dictionary<string, TorchStorage> storages = StorageReference
            .Collect(file.Path, graph)
            .ToDictionary(pair => pair.Key, pair => archive.FindStorage(pair.Value, isBigEndian));
        return new(file, graph.Root, archive._prefix, storages);
    }

    private TorchStorage FindStorage(StorageReference storage, bool isBigEndian)
    {
        ZipRecord record = Require($"data/{storage.Key}");
        if (record.IsDeflated)
        {
            Fail(
                $"has the compressed record '{record.Name}'. Tensors are read where they stand; save the file again with torch"
            );
        }

        if (record.Length != storage.ByteCount)
        {
            Fail(
                $"should have {storage.ElementCount} elements of {storage.DType.TorchName()}, {storage.ByteCount} bytes, "
                    + $"in '{record.Name}', but that has {record.Length}"
            );
        }

        return new(storage.Key, storage.DType, _file, record.Position, record.Length, isBigEndian);
    }

    private PickleGraph ReadPickle()
    {
        if (Find("constants.pkl") is not null)
        {
            Fail("is a TorchScript program. Save its state_dict with torch.save instead");
        }

        ZipRecord record = Require("data.pkl");
        string path = $"{_file.Path}: {record.Name}";
        return record.IsDeflated
            ? PickleReader.ReadGraph(path, _zip.Read(record, LargestDeflatedPickle))
            : PickleReader.Read(path, _file, record.Position, record.Length);
    }

    private void CheckVersion()
    {
        ZipRecord record = Find(".data/version") ?? Require("version");
        string text = ReadText(record).Trim();
        bool isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int version);
        if (!isNumber || version is < OldestVersion or > NewestVersion)
        {
            Fail($"has version '{text}'; versions {OldestVersion} to {NewestVersion} are known");
        }
    }

    private bool IsBigEndian()
    {
        string order = Find("byteorder") is { } record ? ReadText(record) : "little";
        if (order is not ("little" or "big"))
        {
            Fail($"has byte order '{order}', which is neither 'little' nor 'big'");
        }

        return order == "big";
    }

    private string ReadText(ZipRecord record) => Encoding.Latin1.GetString(_zip.Read(record, LargestSmallRecord));

    private ZipRecord? Find(string name) => _zip.Find($"{_prefix}/{name}");

    private ZipRecord Require(string name)
    {
        ZipRecord? record = Find(name);
        if (record is null)
        {
            Fail($"has no record '{_prefix}/{name}', which every archive of torch that needs it has");
        }

        return record;
    }

    [DoesNotReturn]
    private void Fail(string fault) => throw new BadFileException(_file.Path, $"the archive {fault}.");
}
