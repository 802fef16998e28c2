namespace MegatronBridge.Storage.Torch.Zip;

/// <summary>Numbers of the zip format, as torch uses it (docs/formats.md, torch archive).</summary>
internal static class ZipFormat
{
    public const uint LocalSignature = 0x04034b50;
    public const uint CentralSignature = 0x02014b50;
    public const uint DescriptorSignature = 0x08074b50;
    public const uint EndSignature = 0x06054b50;
    public const uint WideEndSignature = 0x06064b50;
    public const uint WideLocatorSignature = 0x07064b50;

    public const int LocalLength = 30;
    public const int CentralLength = 46;
    public const int EndLength = 22;
    public const int WideEndLength = 56;
    public const int WideLocatorLength = 20;

    public const ushort Encrypted = 1 << 0;
    public const ushort HasDescriptor = 1 << 3;
    public const ushort Utf8 = 1 << 11;

    public const ushort Stored = 0;
    public const ushort Deflated = 8;

    /// <summary>Id of the extra field with the numbers that take 64 bits.</summary>
    public const ushort WideExtra = 1;

    /// <summary>Stands for a number that is in <see cref="WideExtra"/> instead.</summary>
    public const uint Wide = uint.MaxValue;

    /// <summary>The same for a count of records.</summary>
    public const ushort WideCount = ushort.MaxValue;
}
