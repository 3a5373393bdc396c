using System.Text;

namespace SkillAi.Queue.Bench.Comments;

/// <summary>Reads delimiter-separated rows with quoted fields (RFC 4180), line breaks inside quotes included.</summary>
static class Csv
{
    public static IEnumerable<string[]> Read(TextReader reader, char separator)
    {
        var row = new List<string>();
        var field = new StringBuilder();
        while (reader.Peek() >= 0)
        {
            ReadField(reader, separator, field);
            row.Add(field.ToString());
            if (reader.Read() == separator)
                continue;

            yield return [.. row];
            row.Clear();
        }
    }

    // Stops before the separator or line break that ends the field.
    static void ReadField(TextReader reader, char separator, StringBuilder field)
    {
        field.Clear();
        var isQuoted = reader.Peek() == '"';
        if (isQuoted)
            _ = reader.Read();

        for (var c = reader.Peek(); c >= 0; c = reader.Peek())
        {
            if (!isQuoted && (c == separator || c == '\n'))
                return;

            _ = reader.Read();
            if (isQuoted && c == '"')
            {
                isQuoted = reader.Peek() == '"';
                if (!isQuoted)
                    continue;

                _ = reader.Read();
            }

            if (c != '\r')
                field.Append((char)c);
        }
    }
}
