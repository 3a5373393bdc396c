using System.Globalization;
using System.Text.Json;
using SkillAi.Queue.Contracts.DeadLetters;
using SkillAi.Queue.Producer.Problems;
using SkillAi.Queue.Producer.Requests;

namespace SkillAi.Queue.Producer.DeadLetters;

/// <summary>Reads a filter from a query or a body. For a call that changes what matches it is strict: a field that was
/// misspelt, or given twice, would leave more matching than was meant.</summary>
static class DeadLetterFilterReader
{
    static readonly string[] Names = ["reason", "model", "version", "job", "request", "since", "all", "after"];

    /// <summary>What it does not know it leaves out.</summary>
    public static DeadLetterFilter Read(IQueryCollection query)
    {
        var filter = new DeadLetterFilter();
        foreach (var name in Names)
        {
            if (Fields.Find(query, name) is { } value)
                filter = With(filter, name, value);
        }

        return filter;
    }

    /// <exception cref="ProblemException">A parameter is unknown, given twice, or not what it must be.</exception>
    public static DeadLetterFilter ReadStrictly(IQueryCollection query)
    {
        foreach (var (name, values) in query)
        {
            RequireKnown(name, StringComparer.OrdinalIgnoreCase);
            if (values.Count > 1)
                throw GivenTwice(name);
        }

        return Read(query);
    }

    /// <summary>A field that is null is left out.</summary>
    /// <inheritdoc cref="ReadStrictly(IQueryCollection)"/>
    public static DeadLetterFilter ReadStrictly(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
            throw new ProblemException(Problem.Unreadable("The body must be a JSON object."));

        var filter = new DeadLetterFilter();
        var seen = new HashSet<string>();
        foreach (var field in body.EnumerateObject())
        {
            RequireKnown(field.Name, StringComparer.Ordinal);
            if (!seen.Add(field.Name))
                throw GivenTwice(field.Name);

            if (field.Value.ValueKind != JsonValueKind.Null)
                filter = With(filter, field.Name, Text(field));
        }

        return filter;
    }

    public static bool Flag(IQueryCollection query, string name) =>
        Fields.Find(query, name) is { } text && Flag(name, text);

    static DeadLetterFilter With(DeadLetterFilter filter, string name, string value) => name switch
    {
        "reason" => filter with { Reason = Fields.Name(name, value) },
        "model" => filter with { Model = Fields.Name(name, value) },
        "version" => filter with { Version = Fields.Name(name, value) },
        "job" => filter with { Job = Fields.Name(name, value) },
        "request" => filter with { Request = Fields.Name(name, value) },
        "since" => filter with { Since = Time(name, value) },
        "all" => filter with { All = Flag(name, value) },
        "after" => filter with { After = value },
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, message: null),
    };

    /// <summary>A value as a query would spell it.</summary>
    static string Text(JsonProperty field) => (field.Name, field.Value.ValueKind) switch
    {
        ("all", JsonValueKind.True) => "true",
        ("all", JsonValueKind.False) => "false",
        ("all", _) => throw Malformed(field.Name, "must be true or false"),
        (_, JsonValueKind.String) => field.Value.GetString() ?? "",
        _ => throw Malformed(field.Name, "must be a string"),
    };

    static bool Flag(string name, string text) => text switch
    {
        "false" => false,
        "true" => true,
        _ => throw Malformed(name, "must be true or false"),
    };

    /// <summary>The year comes first: of other spellings a computer may make another day than its writer meant.</summary>
    static DateTimeOffset Time(string name, string text) =>
        text.IndexOf('-', StringComparison.Ordinal) == 4
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw Malformed(name, "must be a time as ISO 8601 writes it");

    static void RequireKnown(string name, StringComparer comparer)
    {
        if (!Names.Contains(name, comparer))
            throw Malformed(name, $"is no part of a filter: there are {string.Join(", ", Names)}");
    }

    static ProblemException GivenTwice(string name) => Malformed(name, "must not be given twice");

    static ProblemException Malformed(string field, string rule) => new(Problem.Malformed(field, rule));
}
