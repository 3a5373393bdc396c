using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Jobs;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Tests.Unit.Producer;

static class Snapshots
{
    public static readonly DateTimeOffset Created = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static JobSnapshot Job(
        string id, string tenant = Tenants.Default, int chunks = 0, long received = 0, JobState state = JobState.Running,
        int fed = 0, JobPriority priority = JobPriority.Normal) => new(
            new JobRecord
            {
                Id = id,
                Model = "m",
                Version = "1",
                CreatedAt = Created,
                Ttl = Limits.DefaultTtl,
                Tenant = tenant,
                Priority = priority,
            },
            state, Error: null, chunks, received, fed, DoneChunks: 0, Succeeded: 0, Failed: 0, Cancelled: 0, Expired: 0,
            RunItems: 0, TouchedAt: Created, FirstCommitAt: null, LastCommitAt: null, FinishedAt: null);
}
