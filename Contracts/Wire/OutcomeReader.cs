using System.Text;
using System.Text.Json;

namespace SkillAi.Queue.Contracts.Wire;

/// <summary>Reads how an item ended from its result. Only the result's own <c>outcome</c> counts, not one inside of
/// what the caller or the model wrote.</summary>
public static class OutcomeReader
{
    /// <summary>The outcome of a result line or an output; null when it holds none.</summary>
    public static Outcome? Find(ReadOnlySpan<byte> result)
    {
        var reader = new Utf8JsonReader(result);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isOutcome = reader.ValueTextEquals("outcome"u8);
            reader.Read();
            if (isOutcome)
                return Parse(reader);

            reader.Skip();
        }

        return null;
    }

    /// <summary>The outcome of the item with that index among the result lines of a job; null when it is not there.</summary>
    public static Outcome? FindLine(ReadOnlySpan<byte> lines, long index)
    {
        var head = Encoding.UTF8.GetBytes($"{{\"index\":{index},");
        foreach (var line in lines.Split((byte)'\n'))
        {
            if (lines[line].StartsWith(head))
                return Find(lines[line]);
        }

        return null;
    }

    static Outcome? Parse(in Utf8JsonReader value)
    {
        if (value.ValueTextEquals("succeeded"u8))
            return Outcome.Succeeded;
        if (value.ValueTextEquals("failed"u8))
            return Outcome.Failed;
        if (value.ValueTextEquals("cancelled"u8))
            return Outcome.Cancelled;

        return value.ValueTextEquals("expired"u8) ? Outcome.Expired : null;
    }
}
