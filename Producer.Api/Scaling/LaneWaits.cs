using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Producer.Scaling;

/// <summary>How long a lane's work waits, from what was last seen of its backlog and its workers.</summary>
sealed class LaneWaits(TimeProvider time)
{
    volatile Seen? _seen;

    /// <param name="perSecond">Items a second that each lane can answer, where that is known.</param>
    public void Update(
        IReadOnlyDictionary<(string Model, Lane Lane), long> items,
        IReadOnlyDictionary<(string Model, Lane Lane), double> perSecond) =>
        _seen = new(items, perSecond, time.GetTimestamp());

    public void Forget() => _seen = null;

    /// <summary>Null while nobody knows.</summary>
    public TimeSpan? Find(string model, Lane lane) => _seen is { } seen
        ? WaitPolicy.Wait(
            seen.Items.GetValueOrDefault((model, lane)), seen.PerSecond.GetValueOrDefault((model, lane)),
            time.GetElapsedTime(seen.At))
        : null;

    /// <summary>Seconds after which a refused caller may come again.</summary>
    public int RetryAfter(string model, Lane lane) => WaitPolicy.RetryAfter(Find(model, lane));

    sealed record Seen(
        IReadOnlyDictionary<(string Model, Lane Lane), long> Items,
        IReadOnlyDictionary<(string Model, Lane Lane), double> PerSecond, long At);
}
