using System.Text;
using System.Text.Json;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Producer.Problems;

namespace SkillAi.Queue.Producer.Requests;

/// <summary>Reads the body of <c>POST /v1/requests</c> in one pass over its bytes. Items are cut out as they stand,
/// never decoded: what is inside them is between the caller and the model.</summary>
ref struct SubmissionReader(ReadOnlySpan<byte> json)
{
    readonly ReadOnlySpan<byte> _json = json;
    Utf8JsonReader _reader = new(json);

    string? _model;
    string? _version;
    Lane _lane;
    TimeSpan? _deadline;
    TimeSpan _ttl = Limits.DefaultTtl;
    Dictionary<string, string>? _metadata;
    ItemLines? _items;

    /// <exception cref="JsonException">Not JSON.</exception>
    /// <exception cref="ProblemException">Not a submission.</exception>
    public static Submission Read(ReadOnlySpan<byte> json) =>
        new SubmissionReader(json.StartsWith(Encoding.UTF8.Preamble) ? json[Encoding.UTF8.Preamble.Length..] : json).Read();

    Submission Read()
    {
        if (!_reader.Read() || _reader.TokenType != JsonTokenType.StartObject)
            throw new ProblemException(Problem.Unreadable("The body must be a JSON object."));

        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
            ReadField();

        // Past the closing brace only white space may follow; the reader throws for anything else.
        _reader.Read();
        var items = _items ?? throw Malformed("input", "is required");
        return new Submission
        {
            Model = _model ?? throw Malformed("model", "is required"),
            Version = _version,
            Lines = items.Lines,
            Items = items.Count,
            Lane = _lane,
            Deadline = _deadline,
            Ttl = _ttl,
            Metadata = _metadata,
        };
    }

    void ReadField()
    {
        if (_reader.ValueTextEquals("model"u8))
            _model = Fields.Name("model", ReadString("model") ?? throw Malformed("model", "must be a string"));
        else if (_reader.ValueTextEquals("version"u8))
            _version = ReadString("version") is { } version ? Fields.Name("version", version) : null;
        else if (_reader.ValueTextEquals("input"u8))
            ReadInput();
        else if (_reader.ValueTextEquals("lane"u8))
            _lane = ReadString("lane") is { } lane ? Fields.Lane(lane) : Lane.Priority;
        else if (_reader.ValueTextEquals("deadline_ms"u8))
            _deadline = ReadNumber("deadline_ms") is { } deadline ? Fields.Deadline(deadline) : null;
        else if (_reader.ValueTextEquals("ttl_seconds"u8))
            _ttl = ReadNumber("ttl_seconds") is { } ttl ? Fields.Ttl(ttl) : Limits.DefaultTtl;
        else if (_reader.ValueTextEquals("metadata"u8))
            ReadMetadata();
        else
            _reader.Skip();
    }

    void ReadInput()
    {
        _reader.Read();
        var items = new ItemLines();
        if (_reader.TokenType != JsonTokenType.StartArray)
        {
            items.Add(CutValue());
        }
        else
        {
            while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
                items.Add(CutValue());

            if (items.Count == 0)
                throw new ProblemException(Problem.Invalid("input", "must hold at least one item"));
        }

        _items = items;
    }

    ReadOnlySpan<byte> CutValue()
    {
        var start = (int)_reader.TokenStartIndex;
        _reader.Skip();
        return _json[start..(int)_reader.BytesConsumed];
    }

    void ReadMetadata()
    {
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.Null)
            return;
        if (_reader.TokenType != JsonTokenType.StartObject)
            throw Malformed("metadata", "must be an object of strings");

        _metadata = [];
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = Text("metadata");
            Fields.AddMetadata(
                _metadata, key, ReadString("metadata") ?? throw Malformed("metadata", "must have values that are strings"));
        }
    }

    string? ReadString(string field)
    {
        _reader.Read();
        return _reader.TokenType switch
        {
            JsonTokenType.String => Text(field),
            JsonTokenType.Null => null,
            _ => throw Malformed(field, "must be a string"),
        };
    }

    long? ReadNumber(string field)
    {
        _reader.Read();
        return _reader.TokenType switch
        {
            JsonTokenType.Null => null,
            JsonTokenType.Number when _reader.TryGetInt64(out var number) => number,
            _ => throw Malformed(field, "must be a whole number"),
        };
    }

    // The reader finds out about invalid UTF-8 and lone surrogates only when a string is decoded.
    string Text(string field)
    {
        try
        {
            return _reader.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            throw Malformed(field, "is not valid UTF-8");
        }
    }

    static ProblemException Malformed(string field, string rule) => new(Problem.Malformed(field, rule));
}
