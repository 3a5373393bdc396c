using System.Globalization;
using SkillAi.Queue.Contracts.DeadLetters;
using SkillAi.Queue.Producer.Problems;
using SkillAi.Queue.Producer.Requests;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.DeadLetters;

/// <summary>Which letters a call means, and where in the list it begins.</summary>
sealed class DeadLetterQuery
{
    readonly DeadLetterFilter _filter;
    readonly string _tenant;

    DeadLetterQuery(DeadLetterFilter filter, string tenant)
    {
        (_filter, _tenant) = (filter, tenant);
        After = filter.After is not { Length: > 0 } text ? null
            : DeadLetterCursor.TryParse(text) ?? throw Malformed("after", "It must be the 'next' of a page.");
    }

    public DeadLetterCursor? After { get; }

    public DateTimeOffset? Since => _filter.Since;

    public bool Matches(DeadLetter letter) => letter.Tenant == _tenant
        && IsOrAny(_filter.Reason, letter.Reason)
        && IsOrAny(_filter.Model, letter.Model)
        && IsOrAny(_filter.Version, letter.Version)
        && IsOrAny(_filter.Job, letter.Job)
        && IsOrAny(_filter.Request, letter.Request);

    /// <summary>For looking: no filter means all.</summary>
    public static DeadLetterQuery ToRead(IQueryCollection query, string tenant) => new(Read(query), tenant);

    /// <summary>For changing many at once: that all are meant has to be said.</summary>
    public static DeadLetterQuery ToChange(IQueryCollection query, string tenant) => ToChange(Read(query), tenant);

    public static DeadLetterQuery ToChange(DeadLetterFilter filter, string tenant) => filter.IsEmpty && !filter.All
        ? throw new ProblemException(Problem.Malformed("Name a filter, or set 'all' to true.", "all"))
        : new(filter, tenant);

    static DeadLetterFilter Read(IQueryCollection query) => new()
    {
        Reason = Text(query, "reason"),
        Model = Text(query, "model"),
        Version = Text(query, "version"),
        Job = Text(query, "job"),
        Request = Text(query, "request"),
        Since = Fields.Find(query, "since") is { } since ? Time("since", since) : null,
        All = Flag(query, "all"),
        After = Fields.Find(query, "after"),
    };

    public static bool Flag(IQueryCollection query, string name) => Fields.Find(query, name) switch
    {
        null or "false" => false,
        "true" => true,
        _ => throw Malformed(name, "It must be true or false."),
    };

    static string? Text(IQueryCollection query, string name) =>
        Fields.Find(query, name) is { } value ? Fields.Name(name, value) : null;

    static DateTimeOffset Time(string name, string text) => DateTimeOffset.TryParse(
        text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw Malformed(name, "It must be a time as ISO 8601 writes it.");

    static bool IsOrAny(string? wanted, string? actual) => wanted is null || wanted == actual;

    static ProblemException Malformed(string field, string detail) => new(Problem.Malformed(detail, field));
}
