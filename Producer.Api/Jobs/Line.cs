using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Producer.Jobs;

/// <summary>One line of a job's body, without its end (<c>\n</c> or <c>\r\n</c>).</summary>
/// <param name="bytes">The line or, when it is too large, its beginning.</param>
readonly ref struct Line(ReadOnlySpan<byte> bytes, long length)
{
    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    public long Length { get; } = length;

    public bool IsOversized => Length > Limits.MaxItemBytes;

    /// <summary>Nothing but white space: no item, and no index.</summary>
    public bool IsBlank => !IsOversized && !Bytes.ContainsAnyExcept(" \t\r"u8);

    public static Line Create(ReadOnlySpan<byte> bytes) =>
        Create(bytes, bytes.Length, endsWithReturn: bytes.EndsWith("\r"u8));

    public static Line Create(ReadOnlySpan<byte> bytes, long length, bool endsWithReturn)
    {
        if (!endsWithReturn)
            return new(bytes, length);

        // Of a line that is too large the return may lie beyond what was kept.
        return new(bytes.Length == length ? bytes[..^1] : bytes, length - 1);
    }
}
