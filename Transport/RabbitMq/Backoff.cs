namespace SkillAi.Queue.Transport.RabbitMq;

/// <summary>Pause before the n-th try in a row: 100 ms doubling up to the longest, of which the upper half is left to
/// chance so that a fleet does not return in step.</summary>
static class Backoff
{
    static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);

    /// <param name="chance">0 to 1.</param>
    public static TimeSpan Delay(int failures, TimeSpan longest, double chance)
    {
        var doublings = Math.Clamp(failures - 1, 0, 20);
        var full = Math.Min(First.TotalMilliseconds * (1 << doublings), longest.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(full * (0.5 + (0.5 * chance)));
    }
}
