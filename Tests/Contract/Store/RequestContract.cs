using Microsoft.Extensions.Time.Testing;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Tests.Contract.Store;

/// <summary>What the contracts of requests have in common.</summary>
public abstract class RequestContract : IAsyncDisposable
{
    protected RequestContract(string connectionString)
    {
        Redis = new(connectionString);
        Store = new(Redis, Time);
    }

    protected RedisConnection Redis { get; }

    protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 24, 10, 0, 0, TimeSpan.Zero));

    protected RequestStore Store { get; }

    /// <summary>Spreads requests over shards, the same way every time.</summary>
    protected Random Random { get; } = new(1);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return Redis.DisposeAsync();
    }

    protected RequestRecord Record() => Samples.Request(Time.GetUtcNow(), Random.Next(RequestId.Shards)) with
    {
        Lane = Lane.Bulk,
        Input = "{\"text\":\"hello\"}"u8.ToArray(),
    };

    protected async Task<RequestRecord> CreateAsync(int items = 1)
    {
        var record = Record() with { Model = $"m{Guid.NewGuid():N}", Items = items };
        await Store.CreateAsync([record]);
        return record;
    }

    protected async Task<long> BacklogAsync(RequestRecord record) =>
        (await Store.BacklogAsync()).GetValueOrDefault((record.Model, record.Lane));

    protected async Task<List<RequestRecord>> ReadUnfinishedAsync()
    {
        var records = new List<RequestRecord>();
        await foreach (var record in Store.UnfinishedAsync(_ => true, TestContext.Current.CancellationToken))
            records.Add(record);

        return records;
    }

    protected async Task<IEnumerable<string>> UnfinishedIdsAsync() => (await ReadUnfinishedAsync()).Select(record => record.Id);
}
