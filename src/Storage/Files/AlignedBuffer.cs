using System.Runtime.InteropServices;

namespace MegatronBridge.Storage.Files;

/// <summary>Memory outside the garbage-collected heap, allocated once per worker and used for every piece.</summary>
internal sealed unsafe class AlignedBuffer(int length) : IDisposable
{
    private const int PageBytes = 4096;

    private void* _memory = NativeMemory.AlignedAlloc((nuint)length, PageBytes);

    public Span<byte> Span => new(_memory, length);

    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }
}
