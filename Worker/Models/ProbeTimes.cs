namespace SkillAi.Queue.Worker.Models;

/// <summary>Durations of a probe that is repeated at warm-up: the first is not counted, since it pays for what happens
/// only once.</summary>
static class ProbeTimes
{
    const int Counted = 3;

    /// <summary>How often to probe.</summary>
    public const int Probes = 1 + Counted;

    /// <summary>The median of those that count.</summary>
    /// <param name="durations">Of all, in order; sorted by this.</param>
    public static TimeSpan Usual(TimeSpan[] durations)
    {
        var counted = durations.AsSpan(1);
        counted.Sort();
        return counted[Counted / 2];
    }
}
