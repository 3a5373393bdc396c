using System.Text;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;

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

        Assert.True((await Store.CommitAsync([Result(record, "[{\"outcome\":\"succeeded\"}]")])).Single());

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
            (Won: (await Store.CommitAsync([Result(record, $"[{i}]")]))[0], Output: $"[{i}]")));

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
        var stored = await Store.CommitAsync([Result(record, "[1,2,3]")]);

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
        await Store.CommitAsync([Result(record, "[1]")]);

        Assert.Equal(RequestState.Succeeded, (await Store.CancelAsync(record.Id)).Found!.State);
    }

    [Fact]
    public async Task An_unknown_request_is_neither_found_nor_gone()
    {
        Assert.Equal(new(null, IsGone: false), await Store.FindAsync("nobody"));
        Assert.Equal(new(null, IsGone: false), await Store.WatchAsync("nobody"));
        Assert.Equal(new(null, IsGone: false), await Store.CancelAsync("nobody"));
        Assert.False((await Store.CommitAsync([Result(Record(), "[1]")])).Single());
    }

    [Fact]
    public async Task A_record_is_created_once()
    {
        var record = await CreateAsync(items: 2);
        await Store.CommitAsync([Result(record, "[1,2]")]);

        await Store.CreateAsync([record]);

        Assert.Equal(RequestState.Succeeded, (await Store.FindAsync(record.Id)).Found!.State);
        Assert.Equal(0, await BacklogAsync(record));
    }

    [Fact]
    public async Task A_run_that_begins_is_shown_and_never_undoes_an_end()
    {
        var (waiting, ended) = (await CreateAsync(), await CreateAsync());
        await Store.CommitAsync([Result(ended, "[1]")]);

        Store.MarkRunning([waiting.Id, ended.Id, "nobody"]);

        // The mark is not awaited, and its first use makes a detour to load the script.
        await Eventually.BecomesTrueAsync(
            async () => (await Store.FindAsync(waiting.Id)).Found!.State == RequestState.Running);
        Assert.Equal(RequestState.Succeeded, (await Store.FindAsync(ended.Id)).Found!.State);
        Assert.Null((await Store.FindAsync("nobody")).Found);
        Assert.True((await Store.CommitAsync([Result(waiting, "[1]")])).Single());
    }
}
