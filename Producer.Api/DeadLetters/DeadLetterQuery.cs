using System.Text.Json;
using SkillAi.Queue.Contracts.DeadLetters;
using SkillAi.Queue.Producer.Problems;
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
            : DeadLetterCursor.TryParse(text) ?? throw new ProblemException(
                Problem.Malformed("after", "must be the 'next' of a page"));
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
    public static DeadLetterQuery ToRead(IQueryCollection query, string tenant) =>
        new(DeadLetterFilterReader.Read(query), tenant);

    /// <summary>For changing many at once: that all are meant has to be said, and nothing may be misspelt.</summary>
    public static DeadLetterQuery ToChange(IQueryCollection query, string tenant) =>
        ToChange(DeadLetterFilterReader.ReadStrictly(query), tenant);

    /// <inheritdoc cref="ToChange(IQueryCollection, string)"/>
    public static DeadLetterQuery ToChange(JsonElement body, string tenant) =>
        ToChange(DeadLetterFilterReader.ReadStrictly(body), tenant);

    static DeadLetterQuery ToChange(DeadLetterFilter filter, string tenant) => filter.IsEmpty && !filter.All
        ? throw new ProblemException(Problem.Malformed("all", "must be true where there is no filter"))
        : new(filter, tenant);

    static bool IsOrAny(string? wanted, string? actual) => wanted is null || wanted == actual;
}
