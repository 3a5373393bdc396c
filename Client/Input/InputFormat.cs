using System.Text.Json;

namespace SkillAi.Queue.Client.Input;

/// <summary>How a file holds items: a JSON item a line, or a plain comment a line.</summary>
public enum InputFormat
{
    Ndjson,
    Text,
}

public static class InputFormats
{
    /// <summary>By extension, with or without <c>.gz</c>; null where that says nothing.</summary>
    public static InputFormat? FromName(string path)
    {
        var name = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
        return Path.GetExtension(name).ToUpperInvariant() switch
        {
            ".NDJSON" or ".JSONL" or ".JSON" => InputFormat.Ndjson,
            ".TXT" or ".TEXT" or ".LOG" => InputFormat.Text,
            _ => null,
        };
    }

    /// <summary>By content: items are JSON objects or strings, so a first line that is neither, as a whole, is plain
    /// text, also where it begins like one.</summary>
    /// <param name="isWhole">Whether nothing comes after <paramref name="beginning"/>; else its last line may go on.</param>
    public static InputFormat FromContent(ReadOnlySpan<byte> beginning, bool isWhole)
    {
        if (beginning.StartsWith("\uFEFF"u8))
            beginning = beginning[3..];

        var text = beginning.TrimStart(" \t\r\n"u8);
        var end = text.IndexOf((byte)'\n');
        return IsItem(end < 0 ? text : text[..end], isWhole || end >= 0) ? InputFormat.Ndjson : InputFormat.Text;
    }

    static bool IsItem(ReadOnlySpan<byte> line, bool isWhole)
    {
        if (line.IsEmpty || line[0] is not ((byte)'{' or (byte)'"'))
            return false;

        var json = new Utf8JsonReader(line, isWhole, default);
        try
        {
            // Anything after the value makes the reader throw.
            while (json.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
