namespace SkillAi.Queue.Contracts;

/// <summary>A rung of the retry ladder: how long a chunk stands aside before it comes to its lane's end again.</summary>
public enum RetryRung
{
    OneSecond,
    TenSeconds,
    OneMinute,
}

public static class RetryRungs
{
    /// <summary>How long a chunk stands aside that goes up the whole ladder.</summary>
    public static TimeSpan Whole { get; } =
        Enum.GetValues<RetryRung>().Aggregate(TimeSpan.Zero, (sum, rung) => sum + rung.Delay());

    /// <summary>The rung as it is written in queue names and labels.</summary>
    public static string Name(this RetryRung rung) => rung switch
    {
        RetryRung.OneSecond => "1s",
        RetryRung.TenSeconds => "10s",
        RetryRung.OneMinute => "60s",
        _ => throw new ArgumentOutOfRangeException(nameof(rung), rung, message: null),
    };

    public static TimeSpan Delay(this RetryRung rung) => rung switch
    {
        RetryRung.OneSecond => TimeSpan.FromSeconds(1),
        RetryRung.TenSeconds => TimeSpan.FromSeconds(10),
        RetryRung.OneMinute => TimeSpan.FromMinutes(1),
        _ => throw new ArgumentOutOfRangeException(nameof(rung), rung, message: null),
    };
}
