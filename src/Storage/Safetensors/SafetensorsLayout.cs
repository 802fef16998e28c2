using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Storage.Safetensors;

/// <summary>A safetensors file to be written, to the byte as the reference implementation writes the same tensors.</summary>
/// <remarks>
/// Header and data are ordered by dtype, from U64 down to BOOL, then by the UTF-8 bytes of the name; the header is padded
/// with spaces to a multiple of 8 bytes (docs/formats.md, safetensors).
/// </remarks>
public sealed class SafetensorsLayout : FileLayout
{
    private const int Alignment = 8;

    // Throws on lone surrogates, which have no UTF-8.
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, true);

    private readonly byte[] _header;

    /// <summary>Makes the layout of a file with these tensors.</summary>
    /// <param name="name">Path of the file, relative to the folder that is being written.</param>
    /// <param name="tensors">The tensors with their names, in any order; every dtype but C128.</param>
    /// <param name="metadata">Texts for the header, in this order, or null for no such entry.</param>
    [SetsRequiredMembers]
    public SafetensorsLayout(
        string name,
        IEnumerable<KeyValuePair<string, TensorView>> tensors,
        IReadOnlyDictionary<string, string>? metadata = null
    )
    {
        Name = name;
        (string Name, byte[] Utf8, TensorView View)[] sorted =
        [
            .. tensors
                .Select(tensor => (Name: tensor.Key, Utf8: StrictUtf8.GetBytes(tensor.Key), View: tensor.Value))
                .OrderByDescending(tensor => tensor.View.DType)
                .ThenBy(tensor => tensor.Utf8, Utf8Order.Instance),
        ];
        Check(sorted);

        StringBuilder json = new("{");
        AppendMetadata(json, metadata);
        long end = 0;
        foreach ((string tensor, _, TensorView view) in sorted)
        {
            json.Append(json.Length > 1 ? "," : "").AppendRustText(tensor);
            json.Append($":{{\"dtype\":\"{view.DType.SafetensorsName()}\",\"shape\":[{string.Join(',', view.Shape)}],");
            json.Append($"\"data_offsets\":[{end},{end += view.ByteCount}]}}");
        }

        _header = MakeHeader(json.Append('}').ToString());
        long position = _header.Length;
        Placements = Array.ConvertAll(
            sorted,
            tensor => new Placement(tensor.View, (position += tensor.View.ByteCount) - tensor.View.ByteCount)
        );
        Length = position;
        Names = Array.ConvertAll(sorted, tensor => tensor.Name);
    }

    /// <summary>Names of the tensors, in the order of the file.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <inheritdoc/>
    public override long Length { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Placement> Placements { get; }

    /// <inheritdoc/>
    public override void Complete(OutputFile file, ReadOnlySpan<uint> crcs) => file.Write(0, _header);

    private static void Check((string Name, byte[] Utf8, TensorView View)[] tensors)
    {
        HashSet<string> names = new(StringComparer.Ordinal) { SafetensorsHeader.MetadataName };
        foreach ((string name, _, TensorView view) in tensors)
        {
            if (!names.Add(name))
            {
                throw new ArgumentException($"The name '{name}' occurs twice or is reserved.", nameof(tensors));
            }

            if (view.DType == DType.C128)
            {
                throw new ArgumentException($"Safetensors has no place for '{name}', {view}.", nameof(tensors));
            }
        }
    }

    private static void AppendMetadata(StringBuilder json, IReadOnlyDictionary<string, string>? metadata)
    {
        if (metadata is null)
        {
            return;
        }

        json.AppendRustText(SafetensorsHeader.MetadataName).Append(":{");
        string separator = "";
        foreach ((string key, string value) in metadata)
        {
            json.Append(separator).AppendRustText(key).Append(':').AppendRustText(value);
            separator = ",";
        }

        json.Append('}');
    }

    private static byte[] MakeHeader(string json)
    {
        int jsonBytes = StrictUtf8.GetByteCount(json);
        int padded = (jsonBytes + Alignment - 1) / Alignment * Alignment;
        if (padded > SafetensorsHeader.MaxJsonBytes)
        {
            throw new ArgumentException(
                $"A header of {padded} bytes cannot be read by any implementation.",
                nameof(json)
            );
        }

        byte[] header = new byte[SafetensorsHeader.LengthBytes + padded];
        BinaryPrimitives.WriteInt64LittleEndian(header, padded);
        StrictUtf8.GetBytes(json, header.AsSpan(SafetensorsHeader.LengthBytes));
        header.AsSpan(SafetensorsHeader.LengthBytes + jsonBytes).Fill((byte)' ');
        return header;
    }
}
