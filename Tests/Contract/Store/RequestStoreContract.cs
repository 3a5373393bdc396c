using System.Text;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Tests.Contract.Store;

/// <summary>How requests are answered and end, whichever server keeps them.</summary>
public abstract class RequestStoreContract(string connectionString) : RequestContract(connectionString)
{
    [Fact]
    public async Task A_record_shows_what_intake_stored()
    {
        var record = Record() with
        {
            DeadlineAt = Time.GetUtcNow().AddMinutes(5),
            Metadata = new() { ["user"] = "line\nbreak \"quoted\"" },
        };
        await Store.CreateAsync([record]);

        var found = (await Store.FindAsync(record.Id)).Found!;

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

        Assert.True((await Store.CommitAsync([Samples.Result(record, "[{\"outcome\":\"succeeded\"}]")])).Single());

        var found = (await Store.FindAsync(record.Id)).Found!;
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
            (Won: (await Store.CommitAsync([Samples.Result(record, $"[{i}]")]))[0], Output: $"[{i}]")));

        var winner = Assert.Single(commits, commit => commit.Won);
        var found = (await Store.FindAsync(record.Id)).Found!;
        Assert.Equal(winner.Output, Encoding.UTF8.GetString(found.Outputs!.Value.Utf8.Span));
        Assert.Equal(0, await BacklogAsync(record));
    }

    [Fact]
    public async Task Cancelling_is_a_fence()
    {
        var record = await CreateAsync(items: 3);

        var cancelled = (await Store.CancelAsync(record.Id)).Found!;
        var stored = await Store.CommitAsync([Samples.Result(record, "[1,2,3]")]);

        Assert.Equal(RequestState.Cancelled, cancelled.State);
        Assert.Equal("[{\"outcome\":\"cancelled\"},{\"outcome\":\"cancelled\"},{\"outcome\":\"cancelled\"}]",
            Encoding.UTF8.GetString(cancelled.Outputs!.Value.Utf8.Span));
        Assert.Equal([false], stored);
        Assert.Equal(RequestState.Cancelled, (await Store.FindAsync(record.Id)).Found!.State);
    }

    [Fact]
    public async Task Cancelling_what_has_ended_changes_nothing()
    {
        var record = await CreateAsync();
        await Store.CommitAsync([Samples.Result(record, "[1]")]);

        Assert.Equal(RequestState.Succeeded, (await Store.CancelAsync(record.Id)).Found!.State);
    }

    [Fact]
    public async Task An_id_that_was_never_issued_is_unknown_and_any_other_is_gone()
    {
        var gone = Record().Id;

        Assert.Equal(new(null, IsGone: false), await Store.FindAsync("nobody"));
        Assert.Equal(new(null, IsGone: false), await Store.WatchAsync("nobody"));
        Assert.Equal(new(null, IsGone: false), await Store.CancelAsync("nobody"));
        Assert.Equal(new(null, IsGone: true), await Store.FindAsync(gone));
        Assert.Equal(new(null, IsGone: true), await Store.WatchAsync(gone));
        Assert.Equal(new(null, IsGone: true), await Store.CancelAsync(gone));
    }

    [Fact]
    public async Task An_outcome_may_come_before_its_record()
    {
        var record = Record() with { Model = $"m{Guid.NewGuid():N}" };

        Assert.True((await Store.CommitAsync([Samples.Result(record, "[1]")])).Single());
        Assert.Null((await Store.FindAsync(record.Id)).Found);
        await Store.CreateAsync([record]);

        Assert.Equal(RequestState.Succeeded, (await Store.FindAsync(record.Id)).Found!.State);
        Assert.Equal(0, await BacklogAsync(record));
        Assert.DoesNotContain(record.Id, await UnfinishedIdsAsync());
        Assert.DoesNotContain("hello", (string)(await Redis.Database.StringGetAsync(Keys.Request(record.Id)))!);
        Assert.InRange((await Redis.Database.KeyTimeToLiveAsync(Keys.Request(record.Id)))!.Value, TimeSpan.Zero, record.Ttl);
    }

    [Fact]
    public async Task Many_records_some_of_which_are_there_are_counted_once()
    {
        var model = $"m{Guid.NewGuid():N}";
        RequestRecord[] records = [.. Enumerable.Range(1, 300).Select(i => Record() with { Model = model, Items = 2 })];
        await Store.CreateAsync(records[..100]);
        await Store.CommitAsync([.. records[50..150].Select(record => Samples.Result(record, "[1,2]"))]);

        await Store.CreateAsync(records);

        Assert.Equal(2 * 200, await BacklogAsync(records[0]));
    }

    [Fact]
    public async Task A_record_is_created_once()
    {
        var record = await CreateAsync(items: 2);
        await Store.CommitAsync([Samples.Result(record, "[1,2]")]);

        await Store.CreateAsync([record]);

        Assert.Equal(RequestState.Succeeded, (await Store.FindAsync(record.Id)).Found!.State);
        Assert.Equal(0, await BacklogAsync(record));
    }

    [Fact]
    public async Task A_run_that_begins_is_shown_and_never_undoes_an_end()
    {
        var (waiting, ended) = (await CreateAsync(), await CreateAsync());
        await Store.CommitAsync([Samples.Result(ended, "[1]")]);

        Store.MarkRunning([waiting.Id, ended.Id]);

        // The mark is not awaited.
        await Eventually.IsTrueAsync(
            async () => (await Store.FindAsync(waiting.Id)).Found!.State == RequestState.Running);
        Assert.Equal(RequestState.Succeeded, (await Store.FindAsync(ended.Id)).Found!.State);
        Assert.True((await Store.CommitAsync([Samples.Result(waiting, "[1]")])).Single());
    }
}
