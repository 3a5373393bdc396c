using System.IO.Compression;
using System.Text;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Tests.Contract.Store;

/// <summary>What every store must do with letters of work that had ended before they were written.</summary>
public abstract class StaleLetterContract : JobContract
{
    const string Failed = """{"outcome":"failed","error":{"code":"model_error"}}""";
    const string Succeeded = """{"outcome":"succeeded","output":{"outcome":"failed"}}""";

    readonly DeadLetterStore _letters;
    readonly RequestStore _requests;
    readonly StaleLetters _stale;

    protected StaleLetterContract(string connectionString)
        : base(connectionString)
    {
        _letters = new(Redis, new(), Time);
        _requests = new(Redis, Time);
        _stale = new(Store, _requests, _letters);
    }

    [Fact]
    public async Task Of_a_job_those_go_whose_items_have_not_failed_or_were_mended()
    {
        var job = await CreateAsync([2, 4]);
        await Store.CommitAsync([new(job, 1, Zip($"{Line(2, Failed)}{Line(3, Succeeded)}{Line(4, Failed)}{Line(20, Failed)}"), new(1, 3, 0, 0), 1)]);
        var replays = new ReplayStore(Redis, _letters, Time);
        await replays.StoreAsync([new("dead_x", job, 1, Request: null, 4, Outcome.Succeeded, Encoding.UTF8.GetBytes(Line(4, Succeeded)))]);

        Assert.Equal(
            [$"dead_{job}_3", $"dead_{job}_4"],
            await RemovedAsync([.. new long?[] { 2, 3, 4, 20, null }.Select(index => OfJob(job, 1, index))]));
    }

    [Fact]
    public async Task Of_a_job_that_is_over_or_gone_all_go_that_have_no_result()
    {
        var job = await CreateAsync([2, 2]);
        await Store.CancelAsync(job);

        Assert.Equal(
            [$"dead_{job}_0", $"dead_{job}_c0", "dead_none_0"],
            await RemovedAsync([OfJob(job, 0, 0), OfJob(job, 0, null), OfJob("none", 0, 0)]));
    }

    [Fact]
    public async Task Of_a_request_those_go_whose_items_have_not_failed()
    {
        var record = Samples.Request(Time.GetUtcNow(), shard: 7) with { Items = 2 };
        var cancelled = Samples.Request(Time.GetUtcNow(), shard: 8);
        var early = Samples.Request(Time.GetUtcNow(), shard: 9);
        await _requests.CreateAsync([record]);
        await _requests.CreateAsync([cancelled]);
        await _requests.CommitAsync([Samples.Result(record, $"[{Failed},{Succeeded}]"), Samples.Result(early, $"[{Failed}]")]);
        await _requests.CancelAsync(cancelled.Id);
        var gone = RequestId.New(Time.GetUtcNow(), shard: 10);

        Assert.Equal(
            [$"dead_{record.Id}_1", $"dead_{cancelled.Id}_0", $"dead_{gone}_0"],
            await RemovedAsync(
            [
                OfRequest(record.Id, 0), OfRequest(record.Id, 1), OfRequest(early.Id, 0), OfRequest(cancelled.Id, 0),
                OfRequest(cancelled.Id, null), OfRequest(gone, 0),
            ]));
    }

    /// <returns>Names of those that are there no longer, which are those that it says.</returns>
    async Task<List<string>> RemovedAsync(IReadOnlyList<DeadLetter> letters)
    {
        await _letters.WriteAsync(letters);

        var stale = await _stale.RemoveAsync(letters);

        var found = await Task.WhenAll(letters.Select(letter => _letters.FindAsync(letter.Id)));
        var removed = letters.Where((_, i) => found[i] is null).Select(letter => letter.Id).ToList();
        Assert.Equal(removed, stale.Select(letter => letter.Id));
        return removed;
    }

    static DeadLetter OfJob(string job, int chunk, long? index) => Letter(
        index is { } item ? DeadLetter.IdOf(job, item) : DeadLetter.IdOfChunk(job, chunk)) with { Job = job, Chunk = chunk, Index = index };

    static DeadLetter OfRequest(string request, long? index) => Letter(
        index is { } item ? DeadLetter.IdOf(request, item) : DeadLetter.IdOfChunk(request, 0)) with { Request = request, Index = index };

    static DeadLetter Letter(string id) => new()
    {
        Id = id, Reason = "model_error", Message = "No.", Model = "m", Version = "1", Lane = Lane.Bulk, Tenant = "t", Items = 1,
        Attempts = 1, Sha256 = "00", Bytes = 8, FailedAt = default,
    };

    static string Line(int index, string result) => $"{{\"index\":{index},{result[1..]}\n";

    static byte[] Zip(string lines)
    {
        var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Fastest))
            zip.Write(Encoding.UTF8.GetBytes(lines));

        return packed.ToArray();
    }
}
