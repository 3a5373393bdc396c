using System.Text;
using Microsoft.Extensions.Time.Testing;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Jobs;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Tests.Contract.Store;

/// <summary>What every store must do with results of replays.</summary>
public abstract class ReplayContract : JobContract
{
    readonly ReplayStore _replays;
    readonly RequestStore _requests;

    protected ReplayContract(string connectionString)
        : base(connectionString)
    {
        _replays = new(Redis, new(Redis, new(), Time), Time);
        _requests = new(Redis, Time);
    }

    [Fact]
    public async Task A_failed_item_of_a_job_succeeds_once()
    {
        var job = await CreateAsync([3]);
        await Store.CompleteUploadAsync(job);
        await CommitAsync(job, 0, new(2, 1, 0, 0));

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => _replays.StoreAsync([OfJob(job, 0, 1, $"line {i}")])));

        var snapshot = await GetAsync(job);
        Assert.Equal((JobState.Succeeded, 3, 0), (snapshot.State, snapshot.Succeeded, snapshot.Failed));
        Assert.Equal([1L], (IEnumerable<long>)await Store.ReadReplayedAsync(job));
        Assert.StartsWith("line", Encoding.UTF8.GetString((await Store.ReadReplayedLinesAsync(job, [1]))[0]));
    }

    [Fact]
    public async Task A_running_job_stays_running_and_its_replays_expire_with_it()
    {
        var job = await CreateAsync([1, 1]);
        await Store.CompleteUploadAsync(job);
        await CommitAsync(job, 0, new(0, 1, 0, 0));
        await _replays.StoreAsync([OfJob(job, 0, 0, "line")]);
        Assert.Equal((JobState.Running, 1, 0, 1), ((await GetAsync(job)) is var s ? (s.State, s.Succeeded, s.Failed, s.Pending) : default));

        await CommitAsync(job, 1, new(1, 0, 0, 0));

        Assert.Equal(JobState.Succeeded, (await GetAsync(job)).State);
        Assert.InRange(
            await Redis.Database.KeyTimeToLiveAsync(Keys.JobOverlay(job)) ?? TimeSpan.MaxValue,
            TimeSpan.FromMinutes(59), TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task What_has_no_result_or_is_gone_gets_none()
    {
        var job = await CreateAsync([1, 1]);
        await CommitAsync(job, 0, new(0, 1, 0, 0));
        var gone = RequestId.New(Time.GetUtcNow(), shard: 5);

        await _replays.StoreAsync([OfJob(job, 1, 1, "line"), OfJob("none", 0, 0, "line"), OfRequest(gone, 0, "{}")]);

        Assert.Empty(await Store.ReadReplayedAsync(job));
        Assert.Empty(await Store.ReadReplayedAsync("none"));
        Assert.Equal(1, (await GetAsync(job)).Failed);
        Assert.False(await Redis.Database.KeyExistsAsync(Keys.RequestResult(gone)));
    }

    [Theory]
    [InlineData("succeeded", "succeeded")]
    [InlineData("failed", "succeeded")]
    [InlineData("expired", "expired")]
    public async Task Failed_outputs_of_a_request_are_replaced_side_by_side(string before, string after)
    {
        var record = Samples.Request(Time.GetUtcNow(), shard: 5) with { Items = 4, Input = "1\n2\n3\n4"u8.ToArray() };
        await _requests.CreateAsync([record]);
        const string Failed = """{"outcome":"failed","error":{"outcome":"succeeded"}}""";
        const string Expired = """{"id":"x","outcome":"expired"}""";
        await _requests.CommitAsync([new(
            record.Id, record.Ttl,
            new(Enum.Parse<RequestState>(before, ignoreCase: true), Attempts: 1, new(1, 2, 3, 4), Run: null,
                new(Encoding.UTF8.GetBytes($"[{Failed},{Expired},{Failed},{Failed}]"))))]);

        await _replays.StoreAsync([.. Enumerable.Range(0, 3).Select(i => OfRequest(record.Id, i, Succeeded(i)))]);
        await _replays.StoreAsync([OfRequest(record.Id, 0, """{"outcome":"succeeded","output":"again"}"""), OfRequest(record.Id, 9, "{}")]);

        var request = (await _requests.FindAsync(record.Id)).Found!;
        Assert.Equal(after, request.State.ToString().ToLowerInvariant());
        Assert.Equal(
            $"[{Succeeded(0)},{Expired},{Succeeded(2)},{Failed}]",
            Encoding.UTF8.GetString(request.Outputs!.Value.Utf8.Span));
    }

    static string Succeeded(int number) => $$$"""{"outcome":"succeeded","output":{"n":{{{number}}},"list":[]}}""";

    static ReplayResult OfJob(string job, int chunk, long index, string line) =>
        new("dead_x", job, chunk, Request: null, index, Outcome.Succeeded, Encoding.UTF8.GetBytes(line));

    static ReplayResult OfRequest(string request, long index, string output) =>
        new("dead_x", Job: null, Chunk: 0, request, index, Outcome.Succeeded, Encoding.UTF8.GetBytes(output));
}
