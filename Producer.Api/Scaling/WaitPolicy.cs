namespace SkillAi.Queue.Producer.Scaling;

/// <summary>How long work waits that comes now, and when it is worth coming back. Holds no clock.</summary>
static class WaitPolicy
{
    /// <summary>For a caller of whom nothing is known but that he must come again.</summary>
    const int UnknownSeconds = 1;

    /// <summary>Well below what clients take for an invitation to give up.</summary>
    const int MostSeconds = 60;

    /// <summary>What waits, divided by what is answered, less the time that has passed since it was counted: in that
    /// time as much was answered. What has come since is not known; the estimate errs towards letting work in.</summary>
    /// <returns>Null while nobody knows what is answered.</returns>
    public static TimeSpan? Wait(long items, double perSecond, TimeSpan age)
    {
        if (perSecond <= 0)
            return null;

        var wait = items / perSecond - age.TotalSeconds;
        return wait <= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Min(wait, TimeSpan.MaxValue.TotalSeconds / 2));
    }

    public static int RetryAfter(TimeSpan? wait) =>
        wait is { } time ? (int)Math.Clamp(Math.Ceiling(time.TotalSeconds), 1, MostSeconds) : UnknownSeconds;

    /// <summary>A deadline that cannot be met is better told at once. Without one, or without knowing, work is let in.</summary>
    public static bool CanMeet(TimeSpan? deadline, TimeSpan? wait) =>
        deadline is not { } limit || wait is not { } time || time <= limit;
}
