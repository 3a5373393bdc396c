using System.Text;
using Microsoft.Extensions.Time.Testing;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Transport.Redis;
using Xunit;

namespace SkillAi.Queue.Tests.Contract.Store;

/// <summary>What the contracts of jobs have in common.</summary>
public abstract class JobContract : IAsyncDisposable
{
    protected JobContract(string connectionString)
    {
        Redis = new(connectionString);
        Store = new(Redis, Time);
    }

    protected RedisConnection Redis { get; }

    protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 24, 10, 0, 0, TimeSpan.Zero));

    protected JobStore Store { get; }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return Redis.DisposeAsync();
    }

    protected static string[] PartsOf(string job) => [Keys.Job(job), Keys.JobChunks(job), Keys.JobResults(job), Keys.JobErrors(job)];

    protected JobRecord Record() => new()
    {
        Id = Guid.CreateVersion7().ToString("N"),
        Model = "m",
        Version = "1",
        CreatedAt = Time.GetUtcNow(),
        Ttl = TimeSpan.FromHours(1),
    };

    protected async Task<string> CreateAsync(string tenant = Tenants.Default, params int[] chunks)
    {
        var record = Record() with { Tenant = tenant };
        await Store.CreateAsync(record);
        if (chunks.Length > 0)
            await Store.AppendAsync(record.Id, at: 0, chunks);

        return record.Id;
    }

    protected Task<string> CreateAsync(int[] chunks) => CreateAsync(Tenants.Default, chunks);

    protected async Task<JobSnapshot> GetAsync(string job) => (await Store.FindAsync(job)).Found!;

    protected async Task<CommitOutcome> CommitAsync(string job, int index, OutcomeCounts counts, string lines = "lines") =>
        (await Store.CommitAsync([Result(job, index, counts, lines)])).Single();

    protected static ChunkResult Result(string job, int index, OutcomeCounts counts, string lines = "lines") =>
        new(job, index, Encoding.UTF8.GetBytes(lines), counts, RunItems: 64L * counts.Total, Ran: counts.Succeeded);

    protected async Task<string?[]> ReadLinesAsync(string job, int from, int count) =>
        Array.ConvertAll(await Store.ReadResultsAsync(job, from, count),
            lines => lines is null ? null : Encoding.UTF8.GetString(lines));
}
