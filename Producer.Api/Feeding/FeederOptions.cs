using Microsoft.Extensions.Options;
using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Producer.Feeding;

/// <summary>Bound from <c>Feeder</c>.</summary>
sealed class FeederOptions
{
    /// <summary>How long the lease lasts when its holder dies; it is renewed at a third of that. Default 5 s.</summary>
    [SettingRange(typeof(TimeSpan), "00:00:01", "00:05:00", ErrorMessage = "Feeder:Lease must be 1 second to 5 minutes.")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Most items of jobs that a model's bulk queue and its workers hold: at least what all workers at their
    /// maximum would hold. Default 16384.</summary>
    [SettingRange(Limits.MaxChunkItems, 10_000_000, ErrorMessage = "Feeder:WindowItems must be 256 to 10000000.")]
    public int WindowItems { get; set; } = 16 * 1024;

    /// <summary>How long the workers may take over what a job alone has in the queue, at the rate that they were seen to answer
    /// at: so long a job that comes then waits, and a paused one goes on. Never less than they can hold at once. 0: any time,
    /// for who scales by the length of the queue. Default 3 s.</summary>
    [SettingRange(typeof(TimeSpan), "00:00:00", "1.00:00:00", ErrorMessage = "Feeder:WindowTime must be 0 to 1 day.")]
    public TimeSpan WindowTime { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Most publishes in flight per model. Default 16.</summary>
    [SettingRange(1, 1024, ErrorMessage = "Feeder:PublishesInFlight must be 1 to 1024.")]
    public int PublishesInFlight { get; set; } = 16;

    /// <summary>How long work may stand still in an empty queue before it counts as lost and is fed again: longer than
    /// a run with all that it waits for in a worker. What was not lost after all changes nothing. Default 30 s.</summary>
    [SettingRange(typeof(TimeSpan), "00:00:01", "1.00:00:00", ErrorMessage = "Feeder:RefeedAfter must be 1 second to 1 day.")]
    public TimeSpan RefeedAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether a start of this process means that the broker has forgotten everything, as it does when it
    /// lives in this process: all unfinished work is then published again. Default false.</summary>
    public bool RefeedAtStart { get; set; }
}

[OptionsValidator]
sealed partial class FeederOptionsValidator : IValidateOptions<FeederOptions>;
