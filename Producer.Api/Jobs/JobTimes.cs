namespace SkillAi.Queue.Producer.Jobs;

static class JobTimes
{
    /// <summary>An upload without a sign of life for this long is dead, and its job fails.</summary>
    public static readonly TimeSpan UploadPatience = TimeSpan.FromSeconds(30);

    /// <summary>The same for one that may be sent again under its idempotency key.</summary>
    public static readonly TimeSpan ResumePatience = TimeSpan.FromMinutes(10);
}
