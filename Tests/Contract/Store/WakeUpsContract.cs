using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Transport.Redis;
using Xunit;

namespace SkillAi.Queue.Tests.Contract.Store;

/// <summary>Whoever waits is woken, in the process where it waits.</summary>
public abstract class WakeUpsContract(string connectionString) : IAsyncLifetime
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    // The caller waits in one process, the outcome is stored by another.
    readonly RedisConnection _here = new(connectionString);
    readonly RedisConnection _there = new(connectionString);
    WakeUps _wakeUps = null!;

    RequestStore Requests => new(_there, TimeProvider.System);

    JobStore Jobs => new(_there, TimeProvider.System);

    public async ValueTask InitializeAsync()
    {
        _wakeUps = new(_here);
        await _wakeUps.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _wakeUps.DisposeAsync();
        await _here.DisposeAsync();
        await _there.DisposeAsync();
    }

    [Fact]
    public async Task A_small_result_comes_with_the_wake_up()
    {
        var record = await CreateAsync(_wakeUps.Instance);
        using var ticket = _wakeUps.Expect(record.Id);

        await Requests.CommitAsync([Samples.Result(record, "[{\"outcome\":\"succeeded\",\n\"output\":1}]")]);

        var ended = await ticket.Ended.WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken);
        var (stored, told) = ((await Requests.FindAsync(record.Id)).Found!, record.ToResource().EndedBy(ended!));
        Assert.Equal(stored.Outputs!.Value.Utf8.ToArray(), told.Outputs!.Value.Utf8.ToArray());
        Assert.Equal(stored with { Outputs = null, Metadata = null }, told with { Outputs = null, Metadata = null });
    }

    [Fact]
    public async Task A_large_result_is_announced_without_it()
    {
        var record = await CreateAsync(_wakeUps.Instance);
        using var ticket = _wakeUps.Expect(record.Id);

        await Requests.CommitAsync([Samples.Result(record, $"[\"{new string('x', 5000)}\"]")]);

        Assert.Null(await ticket.Ended.WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_outcome_that_comes_before_its_record_wakes_who_waits()
    {
        var record = Record(_wakeUps.Instance);
        using var ticket = _wakeUps.Expect(record.Id);

        await Requests.CommitAsync([Samples.Result(record, "[1]")]);

        var ended = await ticket.Ended.WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Equal(RequestState.Succeeded, ended!.State);
    }

    [Fact]
    public async Task A_watched_request_is_announced_to_everybody_who_waits()
    {
        var record = await CreateAsync(replyTo: null);
        using var first = _wakeUps.Expect(record.Id);
        using var second = _wakeUps.Expect(record.Id);
        await Requests.WatchAsync(record.Id);

        await Requests.CancelAsync(record.Id);

        Assert.Null(await first.Ended.WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken));
        Assert.Null(await second.Ended.WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_request_that_nobody_waits_for_is_not_announced()
    {
        var (silent, watched) = (await CreateAsync(replyTo: null), await CreateAsync(replyTo: null));
        using var silentTicket = _wakeUps.Expect(silent.Id);
        using var watchedTicket = _wakeUps.Expect(watched.Id);
        await Requests.WatchAsync(watched.Id);

        await Requests.CommitAsync([Samples.Result(silent, "[1]"), Samples.Result(watched, "[1]")]);

        // Messages of one connection keep their order: the second is here, so the first never was sent.
        await watchedTicket.Ended.WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.False(silentTicket.Ended.IsCompleted);
    }

    [Fact]
    public async Task Whoever_lost_interest_is_not_woken()
    {
        var record = await CreateAsync(_wakeUps.Instance);
        var lost = _wakeUps.Expect(record.Id);
        using var kept = _wakeUps.Expect(record.Id);
        lost.Dispose();

        await Requests.CommitAsync([Samples.Result(record, "[1]")]);

        await kept.Ended.WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.False(lost.Ended.IsCompleted);
    }

    [Fact]
    public async Task A_job_that_ends_is_always_announced_and_a_busy_one_seldom()
    {
        const int Chunks = 300;
        var job = Guid.CreateVersion7().ToString("N");
        var (moves, ended) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        _wakeUps.JobMoved += id =>
        {
            if (id == job)
                Interlocked.Increment(ref moves);
            else if (id.StartsWith("end of ", StringComparison.Ordinal))
                ended.TrySetResult();
        };
        await Jobs.CreateAsync(JobRecord(job));
        await Jobs.AppendAsync(job, at: 0, [.. Enumerable.Repeat(1, Chunks)]);
        await Jobs.CompleteUploadAsync(job);
        var before = await CountAsync(() => moves, atLeast: 2);
        var started = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < Chunks; i++)
            await Jobs.CommitAsync([new(job, i, "x"u8.ToArray(), new(1, 0, 0, 0), 1)]);

        var elapsed = TimeProvider.System.GetElapsedTime(started);
        await _there.Subscriber.PublishAsync(StackExchange.Redis.RedisChannel.Literal(Keys.JobsMoved), "end of test");
        await ended.Task.WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken);

        Assert.InRange(moves - before, 1, 2 + (elapsed.TotalMilliseconds / 100));
    }

    static async Task<int> CountAsync(Func<int> count, int atLeast)
    {
        await Eventually.IsTrueAsync(() => count() >= atLeast);
        return count();
    }

    async Task<RequestRecord> CreateAsync(string? replyTo)
    {
        var record = Record(replyTo);
        await Requests.CreateAsync([record]);
        return record;
    }

    static RequestRecord Record(string? replyTo) => Samples.Request(TimeProvider.System.GetUtcNow(), shard: 63) with
    {
        Metadata = new() { ["k"] = "line\nbreak" },
        ReplyTo = replyTo,
    };

    static JobRecord JobRecord(string id) => new()
    {
        Id = id,
        Model = "m",
        Version = "1",
        CreatedAt = TimeProvider.System.GetUtcNow(),
        Ttl = TimeSpan.FromHours(1),
    };
}
