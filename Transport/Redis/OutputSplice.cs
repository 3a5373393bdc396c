using System.Text.Json;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Wire;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>The outputs of a request, of which one is found or replaced without touching the others.</summary>
public static class OutputSplice
{
    /// <summary>How the item at a position ended; null when there is none.</summary>
    public static Outcome? OutcomeAt(ReadOnlySpan<byte> outputs, long index) =>
        Find(outputs, index) is { } range ? OutcomeReader.Find(outputs[range]) : null;

    /// <summary>The outputs with another one at a position, which must exist.</summary>
    public static byte[] Replace(ReadOnlySpan<byte> outputs, long index, ReadOnlySpan<byte> output)
    {
        var range = Find(outputs, index) ?? throw new ArgumentOutOfRangeException(nameof(index), index, message: null);
        return [.. outputs[..range.Start.Value], .. output, .. outputs[range.End.Value..]];
    }

    static Range? Find(ReadOnlySpan<byte> outputs, long index)
    {
        var reader = new Utf8JsonReader(outputs);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (index-- == 0)
                return start..(int)reader.BytesConsumed;
        }

        return null;
    }
}
