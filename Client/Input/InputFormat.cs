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

    /// <summary>By content: items are JSON objects or strings, so a line that begins otherwise is plain text.</summary>
    public static InputFormat FromContent(ReadOnlySpan<byte> beginning)
    {
        if (beginning.StartsWith("\uFEFF"u8))
            beginning = beginning[3..];

        var text = beginning.TrimStart(" \t\r\n"u8);
        return text.Length > 0 && text[0] is (byte)'{' or (byte)'"' ? InputFormat.Ndjson : InputFormat.Text;
    }
}
