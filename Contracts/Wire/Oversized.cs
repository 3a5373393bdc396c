using System.Text;

namespace SkillAi.Queue.Contracts.Wire;

/// <summary>What stands for an item line that was too large to travel: intake writes it in the line's place, so that
/// the line keeps its index, and the worker answers it <c>item_too_large</c>.</summary>
public static class Oversized
{
    static ReadOnlySpan<byte> Prefix => "{\"$oversized\":"u8;

    public static byte[] Line(long bytes) => Encoding.UTF8.GetBytes($"{{\"$oversized\":{bytes}}}");

    public static bool Is(ReadOnlySpan<byte> line) => line.StartsWith(Prefix);
}
