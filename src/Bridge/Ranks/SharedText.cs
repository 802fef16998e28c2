using System.Text;

namespace MegatronBridge.Ranks;

/// <summary>Tells all ranks of a group a text that the first of them has.</summary>
internal static class SharedText
{
    /// <summary>Gives what the first rank gives; what the others give does not count.</summary>
    public static string Broadcast(ProcessGroup group, string? text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text ?? "");
        byte[] length = BitConverter.GetBytes(bytes.Length);
        group.Broadcast(length, 0);
        Array.Resize(ref bytes, BitConverter.ToInt32(length));
        group.Broadcast(bytes, 0);
        return Encoding.UTF8.GetString(bytes);
    }
}
