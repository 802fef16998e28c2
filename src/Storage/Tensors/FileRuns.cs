using MegatronBridge.Storage.Files;

namespace MegatronBridge.Storage.Tensors;

/// <summary>
/// Where the bytes of a tensor lie, one run behind the other, as far as they are in files as they are read: whoever maps the files need not
/// copy them.
/// </summary>
public sealed class FileRuns
{
    private readonly long _unit;
    private readonly List<FileRun> _runs = [];

    private FileRuns(long unit) => _unit = unit;

    /// <summary>The runs of a tensor, each a multiple of <paramref name="unit"/> bytes; null when it is not made of such.</summary>
    public static IReadOnlyList<FileRun>? Find(TensorView tensor, long unit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(unit, 1);
        FileRuns runs = new(unit);
        return tensor.ByteCount > 0 && tensor.Locate(0, tensor.ByteCount, runs) && runs.IsWhole ? runs._runs : null;
    }

    // A run ends where a unit does.
    private bool IsWhole => _runs.Count == 0 || _runs[^1].Length % _unit == 0;

    /// <summary>Adds bytes of a file behind those that are there. False when the run before has ended amid a unit.</summary>
    internal bool Add(InputFile file, long position, long length)
    {
        if (_runs.Count > 0 && _runs[^1] is var last && last.File == file && last.Position + last.Length == position)
        {
            _runs[^1] = last with { Length = last.Length + length };
            return true;
        }

        if (!IsWhole)
        {
            return false;
        }

        _runs.Add(new(file, position, length));
        return true;
    }
}
