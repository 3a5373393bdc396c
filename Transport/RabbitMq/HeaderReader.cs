using System.Text;

namespace SkillAi.Queue.Transport.RabbitMq;

/// <summary>Reads headers as AMQP delivers them: text comes as bytes, a number in whatever width its writer chose.</summary>
readonly struct HeaderReader(IDictionary<string, object?>? headers)
{
    public string Text(string name) => FindText(name) ?? throw new FormatException($"Header {name} is missing.");

    public long Number(string name) => FindNumber(name) ?? throw new FormatException($"Header {name} is missing.");

    public string? FindText(string name) => FindBytes(name) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    public byte[]? FindBytes(string name) => Find(name) switch
    {
        null => null,
        byte[] bytes => bytes,
        _ => throw new FormatException($"Header {name} is not text."),
    };

    public long? FindNumber(string name) => Find(name) switch
    {
        null => null,
        long number => number,
        int number => number,
        short number => number,
        byte number => number,
        _ => throw new FormatException($"Header {name} is not a number."),
    };

    object? Find(string name) => headers is not null && headers.TryGetValue(name, out var value) ? value : null;
}
