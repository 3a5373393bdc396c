namespace SkillAi.Queue.Producer.Jobs;

static class JobTimes
{
    /// <summary>An upload without a sign of life for this long is dead, and its job fails.</summary>
    public static readonly TimeSpan UploadPatience = TimeSpan.FromSeconds(30);

    /// <summary>The same for one that may be sent again under its idempotency key.</summary>
    public static readonly TimeSpan ResumePatience = TimeSpan.FromMinutes(10);

    /// <summary>What a worker answered in time is stored a little later; only then does the job end as expired.</summary>
    public static readonly TimeSpan LastAnswers = TimeSpan.FromSeconds(5);
}
