using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;

namespace SkillAi.Queue.Client.Commands;

/// <summary>The first failed item, as its result line tells it.</summary>
sealed record FirstFailure(long Index, string Message);

/// <summary>What a stream of result lines says in all: lines, flagged items, items by category, failures by reason.</summary>
sealed class ResultTally
{
    readonly SortedDictionary<string, long> _categories = new(StringComparer.Ordinal);
    readonly SortedDictionary<string, long> _failures = new(StringComparer.Ordinal);

    public long Lines { get; private set; }

    /// <summary>Index of the item after the last one that was seen.</summary>
    public long NextIndex { get; private set; }

    public long Flagged { get; private set; }

    public IReadOnlyDictionary<string, long> Categories => _categories;

    /// <summary>Failed items by the code of their error.</summary>
    public IReadOnlyDictionary<string, long> Failures => _failures;

    /// <summary>Null while none has failed.</summary>
    public FirstFailure? FirstFailure { get; private set; }

    /// <summary>Copies result lines and counts them on the way; whole lines only, also where the reading fails.</summary>
    public async Task CopyAsync(Stream results, Stream output, CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(results, new(bufferSize: 256 * 1024, minimumReadSize: 32 * 1024));
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var rest = CountLines(read.Buffer);
            foreach (var segment in read.Buffer.Slice(0, rest.Start))
                await output.WriteAsync(segment, cancellationToken);

            reader.AdvanceTo(rest.Start, rest.End);
            if (read.IsCompleted)
                break;
        }

        await reader.CompleteAsync();
    }

    ReadOnlySequence<byte> CountLines(ReadOnlySequence<byte> buffer)
    {
        while (buffer.PositionOf((byte)'\n') is { } end)
        {
            Count(buffer.Slice(0, end));
            buffer = buffer.Slice(buffer.GetPosition(1, end));
        }

        return buffer;
    }

    internal void Count(in ReadOnlySequence<byte> line)
    {
        Lines++;
        var json = new Utf8JsonReader(line);
        while (json.Read())
        {
            if (json.TokenType != JsonTokenType.PropertyName)
                continue;

            if (json.CurrentDepth == 1 && json.ValueTextEquals("index"u8) && json.Read())
                NextIndex = json.GetInt64() + 1;
            else if (json.CurrentDepth == 1 && json.ValueTextEquals("error"u8))
                CountFailure(ref json);
            else if (json.ValueTextEquals("flagged"u8) && json.Read() && json.TokenType == JsonTokenType.True)
                Flagged++;
            else if (json.TokenType == JsonTokenType.PropertyName && json.ValueTextEquals("categories"u8))
                CountCategories(ref json);
        }
    }

    void CountFailure(ref Utf8JsonReader json)
    {
        var (code, message) = ("", "");
        while (json.Read() && json.TokenType != JsonTokenType.EndObject)
        {
            if (json.TokenType != JsonTokenType.PropertyName)
                continue;

            if (json.ValueTextEquals("code"u8) && json.Read())
                code = json.GetString() ?? "";
            else if (json.TokenType == JsonTokenType.PropertyName && json.ValueTextEquals("message"u8) && json.Read())
                message = json.GetString() ?? "";
        }

        _failures[code] = _failures.GetValueOrDefault(code) + 1;
        FirstFailure ??= new(NextIndex - 1, message);
    }

    void CountCategories(ref Utf8JsonReader json)
    {
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType == JsonTokenType.String && json.GetString() is { } category)
                _categories[category] = _categories.GetValueOrDefault(category) + 1;
        }
    }
}
