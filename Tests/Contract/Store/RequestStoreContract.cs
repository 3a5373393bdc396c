using System.Text;
using Microsoft.Extensions.Time.Testing;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Tests.Contract.Store;

/// <summary>What requests promise, whichever server keeps them.</summary>
public abstract class RequestStoreContract : IAsyncDisposable
{
    readonly RedisConnection _redis;
    readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 24, 10, 0, 0, TimeSpan.Zero));
    readonly RequestStore _store;

    protected RequestStoreContract(string connectionString)
    {
        _redis = new(connectionString);
        _store = new(_redis, _time);
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _redis.DisposeAsync();
    }

    [Fact]
    public async Task A_record_shows_what_intake_stored()
    {
        var record = Record() with
        {
            DeadlineAt = _time.GetUtcNow().AddMinutes(5),
            Metadata = new() { ["user"] = "line\nbreak \"quoted\"" },
        };
        await _store.CreateAsync([record]);

        var found = (await _store.FindAsync(record.Id)).Found!;

        Assert.Equal((record.Id, RequestState.Queued, "m", "1", Lane.Bulk),
            (found.Id, found.State, found.Model, found.Version, found.Lane));
        Assert.Equal((record.CreatedAt, record.DeadlineAt), (found.CreatedAt, found.DeadlineAt));
        Assert.Equal(record.Metadata, found.Metadata);
        Assert.Null(found.Outputs);
    }

    [Fact]
    public async Task An_outcome_is_shown_with_all_its_facts()
    {
        var record = await CreateAsync();

        Assert.True((await _store.CommitAsync([Result(record, "[{\"outcome\":\"succeeded\"}]")])).Single());

        var found = (await _store.FindAsync(record.Id)).Found!;
        Assert.Equal(RequestState.Succeeded, found.State);
        Assert.Equal("[{\"outcome\":\"succeeded\"}]", Encoding.UTF8.GetString(found.Outputs!.Value.Utf8.Span));
        Assert.Equal(new RequestTimings(1, 2, 3, 6.5), found.Timings);
        Assert.Equal(new RunFacts(32, "full", 2.5), found.Run);
        Assert.Equal(2, found.Attempts);
    }

    [Fact]
    public async Task The_first_of_many_concurrent_outcomes_wins()
    {
        var record = await CreateAsync();

        var commits = await Task.WhenAll(Enumerable.Range(0, 40).Select(async i =>
            (Won: (await _store.CommitAsync([Result(record, $"[{i}]")]))[0], Output: $"[{i}]")));

        var winner = Assert.Single(commits, commit => commit.Won);
        var found = (await _store.FindAsync(record.Id)).Found!;
        Assert.Equal(winner.Output, Encoding.UTF8.GetString(found.Outputs!.Value.Utf8.Span));
        Assert.Equal(0, await BacklogAsync(record));
    }

    [Fact]
    public async Task Cancelling_is_a_fence()
    {
        var record = await CreateAsync(items: 3);

        var cancelled = (await _store.CancelAsync(record.Id)).Found!;
        var stored = await _store.CommitAsync([Result(record, "[1,2,3]")]);

        Assert.Equal(RequestState.Cancelled, cancelled.State);
        Assert.Equal("[{\"outcome\":\"cancelled\"},{\"outcome\":\"cancelled\"},{\"outcome\":\"cancelled\"}]",
            Encoding.UTF8.GetString(cancelled.Outputs!.Value.Utf8.Span));
        Assert.Equal([false], stored);
        Assert.Equal(RequestState.Cancelled, (await _store.FindAsync(record.Id)).Found!.State);
    }

    [Fact]
    public async Task Cancelling_what_has_ended_changes_nothing()
    {
        var record = await CreateAsync();
        await _store.CommitAsync([Result(record, "[1]")]);

        Assert.Equal(RequestState.Succeeded, (await _store.CancelAsync(record.Id)).Found!.State);
    }

    [Fact]
    public async Task An_unknown_request_is_neither_found_nor_gone()
    {
        Assert.Equal(new(null, IsGone: false), await _store.FindAsync("nobody"));
        Assert.Equal(new(null, IsGone: false), await _store.WatchAsync("nobody"));
        Assert.Equal(new(null, IsGone: false), await _store.CancelAsync("nobody"));
        Assert.False((await _store.CommitAsync([Result(Record(), "[1]")])).Single());
    }

    [Fact]
    public async Task An_expired_result_is_gone_and_was_to_expire()
    {
        var record = await CreateAsync();
        await _store.CommitAsync([Result(record, "[1]")]);

        var life = await _redis.Database.KeyTimeToLiveAsync(Keys.Request(record.Id));
        var tombstoneLife = await _redis.Database.KeyTimeToLiveAsync(Keys.RequestTombstone(record.Id));
        await _redis.Database.KeyDeleteAsync(Keys.Request(record.Id));

        Assert.InRange(life!.Value, record.Ttl - TimeSpan.FromMinutes(1), record.Ttl);
        Assert.InRange(tombstoneLife!.Value - life.Value, Limits.TombstoneTtl - TimeSpan.FromMinutes(1), Limits.TombstoneTtl + TimeSpan.FromMinutes(1));
        Assert.Equal(new(null, IsGone: true), await _store.FindAsync(record.Id));
        Assert.Equal(new(null, IsGone: true), await _store.WatchAsync(record.Id));
    }

    [Fact]
    public async Task An_unanswered_record_expires_after_its_deadline_and_its_time_to_live()
    {
        var record = Record() with { DeadlineAt = _time.GetUtcNow().AddMinutes(30), Ttl = TimeSpan.FromMinutes(60) };
        await _store.CreateAsync([record]);

        var life = await _redis.Database.KeyTimeToLiveAsync(Keys.Request(record.Id));

        Assert.InRange(life!.Value, TimeSpan.FromMinutes(89), TimeSpan.FromMinutes(90));
    }

    [Fact]
    public async Task A_record_is_created_once()
    {
        var record = await CreateAsync(items: 2);
        await _store.CommitAsync([Result(record, "[1,2]")]);

        await _store.CreateAsync([record]);

        Assert.Equal(RequestState.Succeeded, (await _store.FindAsync(record.Id)).Found!.State);
        Assert.Equal(0, await BacklogAsync(record));
    }

    [Fact]
    public async Task A_withdrawn_request_was_never_there()
    {
        var record = await CreateAsync(items: 5);

        await _store.WithdrawAsync([record]);
        await _store.WithdrawAsync([record]);

        Assert.Equal(new(null, IsGone: false), await _store.FindAsync(record.Id));
        Assert.Equal(0, await BacklogAsync(record));
        Assert.DoesNotContain(record.Id, await UnfinishedIdsAsync());
    }

    [Fact]
    public async Task A_run_that_begins_is_shown_and_never_undoes_an_end()
    {
        var (waiting, ended) = (await CreateAsync(), await CreateAsync());
        await _store.CommitAsync([Result(ended, "[1]")]);

        _store.MarkRunning([waiting.Id, ended.Id, "nobody"]);

        // The mark is not awaited, and its first use makes a detour to load the script.
        await Eventually.BecomesTrueAsync(
            async () => (await _store.FindAsync(waiting.Id)).Found!.State == RequestState.Running);
        Assert.Equal(RequestState.Succeeded, (await _store.FindAsync(ended.Id)).Found!.State);
        Assert.Null((await _store.FindAsync("nobody")).Found);
        Assert.True((await _store.CommitAsync([Result(waiting, "[1]")])).Single());
    }

    [Fact]
    public async Task The_backlog_counts_items_that_are_not_terminal()
    {
        var model = $"m{Guid.NewGuid():N}";
        RequestRecord[] records = [.. Enumerable.Range(1, 100).Select(i => Record() with { Model = model, Items = i })];
        await _store.CreateAsync(records);
        Assert.Equal(5050, await BacklogAsync(records[0]));

        await _store.CommitAsync([.. records[..50].Select(record => Result(record, "[1]"))]);
        await _store.CancelAsync(records[50].Id);

        Assert.Equal(5050 - 1275 - 51, await BacklogAsync(records[0]));
    }

    [Fact]
    public async Task What_expired_unanswered_leaves_the_backlog()
    {
        var record = Record() with { Model = $"m{Guid.NewGuid():N}", Items = 7, DeadlineAt = _time.GetUtcNow().AddMinutes(1) };
        await _store.CreateAsync([record]);
        await _redis.Database.KeyDeleteAsync(Keys.Request(record.Id));
        Assert.Equal(7, await BacklogAsync(record));

        _time.Advance(record.Ttl + TimeSpan.FromMinutes(2));

        Assert.Equal(0, await BacklogAsync(record));
    }

    [Fact]
    public async Task Unfinished_records_come_back_whole()
    {
        var record = Record() with
        {
            Items = 2,
            Input = "{\"text\":\"a\"}\n{\"text\":\"\u00e4\"}"u8.ToArray(),
            DeadlineAt = _time.GetUtcNow().AddMinutes(5),
            Tenant = "acme",
            Metadata = new() { ["k"] = "v" },
            Traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            ReplyTo = "instance",
        };
        var ended = await CreateAsync();
        await _store.CreateAsync([record]);
        await _store.CommitAsync([Result(ended, "[1]")]);

        var unfinished = await ReadUnfinishedAsync();

        var found = Assert.Single(unfinished, candidate => candidate.Id == record.Id);
        Assert.Equal(record.Input.ToArray(), found.Input.ToArray());
        Assert.Equal(record.Metadata, found.Metadata);
        Assert.Equal(record, found with { Input = record.Input, Metadata = record.Metadata });
        Assert.DoesNotContain(unfinished, candidate => candidate.Id == ended.Id);
    }

    [Fact]
    public async Task A_result_drops_the_input()
    {
        var record = await CreateAsync();
        await _store.CommitAsync([Result(record, "[1]")]);

        Assert.False(await _redis.Database.HashExistsAsync(Keys.Request(record.Id), "input"));
    }

    RequestRecord Record() => new()
    {
        Id = Guid.CreateVersion7().ToString("N"),
        Model = "m",
        Version = "1",
        Lane = Lane.Bulk,
        Items = 1,
        Input = "{\"text\":\"hello\"}"u8.ToArray(),
        CreatedAt = _time.GetUtcNow(),
        Ttl = TimeSpan.FromHours(1),
    };

    async Task<RequestRecord> CreateAsync(int items = 1)
    {
        var record = Record() with { Model = $"m{Guid.NewGuid():N}", Items = items };
        await _store.CreateAsync([record]);
        return record;
    }

    static RequestResult Result(RequestRecord record, string outputs) => new(
        record.Id, RequestState.Succeeded, new(Encoding.UTF8.GetBytes(outputs)), new(1, 2, 3, 6.5),
        new(32, "full", 2.5), Attempts: 2);

    async Task<long> BacklogAsync(RequestRecord record) =>
        (await _store.BacklogAsync()).GetValueOrDefault((record.Model, record.Lane));

    async Task<List<RequestRecord>> ReadUnfinishedAsync()
    {
        var records = new List<RequestRecord>();
        await foreach (var record in _store.UnfinishedAsync(TestContext.Current.CancellationToken))
            records.Add(record);

        return records;
    }

    async Task<IEnumerable<string>> UnfinishedIdsAsync() => (await ReadUnfinishedAsync()).Select(record => record.Id);
}
