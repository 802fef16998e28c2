using System.Runtime.InteropServices;

namespace MegatronBridge.Ranks;

/// <summary>Zeroed memory outside the garbage-collected heap, freed when nobody refers to it any more.</summary>
internal sealed unsafe class TensorMemory : SafeHandle
{
    private readonly long _length;

    public TensorMemory(long length)
        : base(0, ownsHandle: true)
    {
        _length = Math.Max(length, 1);
        SetHandle((nint)NativeMemory.AllocZeroed((nuint)_length));
        GC.AddMemoryPressure(_length);
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Where it begins.</summary>
    public byte* Start => (byte*)handle;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeMemory.Free((void*)handle);
        GC.RemoveMemoryPressure(_length);
        return true;
    }
}
