using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Jobs;
using SkillAi.Queue.Transport.Redis;
using Xunit;

namespace SkillAi.Queue.Tests.Contract.Store;

/// <summary>How jobs are answered and end, whichever server keeps them.</summary>
public abstract class JobLifeContract(string connectionString) : JobContract(connectionString)
{
    [Fact]
    public async Task A_job_succeeds_with_the_last_chunk_after_its_upload()
    {
        var job = await CreateAsync(chunks: [2, 3]);
        Assert.Equal(JobState.Running, (await Store.CompleteUploadAsync(job))!.State);
        Time.Advance(TimeSpan.FromSeconds(1));
        await CommitAsync(job, 1, new(2, 1, 0, 0));
        Time.Advance(TimeSpan.FromSeconds(2));
        await CommitAsync(job, 0, new(1, 1, 0, 0));

        var found = await GetAsync(job);

        Assert.Equal((JobState.Succeeded, 0L, 3L, 2L, 0L, 0L),
            (found.State, found.Pending, found.Succeeded, found.Failed, found.Cancelled, found.Expired));
        Assert.Equal((2, 320L, 3L, 3L), (found.DoneChunks, found.RunItems, found.Ran, found.FirstItems));
        Assert.Equal((Time.GetUtcNow().AddSeconds(-2), Time.GetUtcNow(), Time.GetUtcNow()),
            (found.FirstCommitAt, found.LastCommitAt, found.FinishedAt));
        Assert.Equal(new[] { 0, 1 }, await Store.ReadErrorChunksAsync(job));
    }

    [Fact]
    public async Task A_job_whose_chunks_are_all_answered_succeeds_when_its_upload_ends()
    {
        var job = await CreateAsync(chunks: [2]);
        await CommitAsync(job, 0, new(2, 0, 0, 0));
        Assert.Equal(JobState.Receiving, (await GetAsync(job)).State);

        Assert.Equal(JobState.Succeeded, (await Store.CompleteUploadAsync(job))!.State);
        Assert.Equal(AppendOutcome.Ended, await Store.AppendAsync(job, at: 0, [1]));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public async Task A_job_whose_workers_were_late_for_an_item_expires_as_it_would_by_the_sweep(int first, int second)
    {
        OutcomeCounts[] chunks = [new(1, 0, 0, 1), new(3, 0, 0, 0)];
        var job = await CreateAsync(chunks: [2, 3]);
        await Store.CompleteUploadAsync(job);
        await CommitAsync(job, first, chunks[first]);
        Assert.Equal(JobState.Running, (await GetAsync(job)).State);

        await CommitAsync(job, second, chunks[second]);

        var found = await GetAsync(job);
        Assert.Equal((JobState.Expired, 0L, 4L, 1L, 2), (found.State, found.Pending, found.Succeeded, found.Expired, found.DoneChunks));
        Assert.NotNull(found.FinishedAt);
    }

    [Fact]
    public async Task A_job_whose_chunks_came_too_late_expires_when_its_upload_ends()
    {
        var job = await CreateAsync(chunks: [2]);
        await CommitAsync(job, 0, new(0, 0, 0, 2));

        Assert.Equal(JobState.Expired, (await Store.CompleteUploadAsync(job))!.State);
    }

    [Fact]
    public async Task A_chunk_committed_twice_counts_once_and_keeps_its_first_lines()
    {
        var job = await CreateAsync(chunks: [2, 2]);

        Assert.Equal(CommitOutcome.Stored, await CommitAsync(job, 0, new(2, 0, 0, 0), "first"));
        Assert.Equal(CommitOutcome.Duplicate, await CommitAsync(job, 0, new(0, 2, 0, 0), "second"));

        var found = await GetAsync(job);
        Assert.Equal((2L, 0L, 1), (found.Succeeded, found.Failed, found.DoneChunks));
        Assert.Equal(["first", null], await ReadLinesAsync(job, 0, 2));
        Assert.Empty(await Store.ReadErrorChunksAsync(job));
        Assert.Equal([0], await Store.ReadDoneChunksAsync(job));
    }

    [Fact]
    public async Task A_redelivery_after_the_end_is_a_duplicate()
    {
        var job = await CreateAsync(chunks: [2]);
        await Store.CompleteUploadAsync(job);
        await CommitAsync(job, 0, new(2, 0, 0, 0));

        Assert.Equal(CommitOutcome.Duplicate, await CommitAsync(job, 0, new(2, 0, 0, 0)));
    }

    [Fact]
    public async Task Cancelling_is_a_fence_and_counts_what_was_pending()
    {
        var job = await CreateAsync(chunks: [2, 3, 4]);
        await CommitAsync(job, 1, new(2, 1, 0, 0));

        var cancelled = (await Store.CancelAsync(job)).Found!;

        Assert.Equal((JobState.Cancelled, 0L, 2L, 1L, 6L),
            (cancelled.State, cancelled.Pending, cancelled.Succeeded, cancelled.Failed, cancelled.Cancelled));
        Assert.Equal(CommitOutcome.Fenced, await CommitAsync(job, 0, new(2, 0, 0, 0)));
        Assert.Equal(AppendOutcome.Ended, await Store.AppendAsync(job, at: 0, [1]));
        Assert.Equal(JobState.Cancelled, (await Store.CompleteUploadAsync(job))!.State);
        Assert.False(await Store.AdvanceAsync(job, 1, epoch: 1));
        var later = await GetAsync(job);
        Assert.Equal((cancelled.Cancelled, cancelled.FinishedAt), (later.Cancelled, later.FinishedAt));
    }

    [Fact]
    public async Task An_expired_job_is_fenced_and_counts_what_was_pending()
    {
        var job = await CreateAsync(chunks: [2, 3]);
        await CommitAsync(job, 0, new(2, 0, 0, 0));

        await Store.ExpireAsync(job);

        var found = await GetAsync(job);
        Assert.Equal((JobState.Expired, 0L, 2L, 0L, 3L),
            (found.State, found.Pending, found.Succeeded, found.Cancelled, found.Expired));
        Assert.Equal(CommitOutcome.Fenced, await CommitAsync(job, 1, new(3, 0, 0, 0)));
    }

    [Fact]
    public async Task A_failed_job_says_why()
    {
        var job = await CreateAsync(chunks: [2]);

        await Store.FailAsync(job, "input incomplete");
        await Store.FailAsync(job, "another reason");

        var found = await GetAsync(job);
        Assert.Equal((JobState.Failed, "input incomplete", 2L, 0L),
            (found.State, found.Error, found.Cancelled, found.Pending));
        Assert.Equal(JobState.Failed, (await Store.CancelAsync(job)).Found!.State);
    }

    [Fact]
    public async Task An_upload_that_fails_ends_the_job_only_while_it_receives()
    {
        var (receiving, running) = (await CreateAsync(chunks: [2]), await CreateAsync(chunks: [2]));
        await Store.CompleteUploadAsync(running);

        Assert.Equal(JobState.Failed, await Store.FailUploadAsync(receiving, "input incomplete"));
        Assert.Equal(JobState.Running, await Store.FailUploadAsync(running, "input incomplete"));

        var found = await GetAsync(running);
        Assert.Equal((JobState.Running, null, 2L), (found.State, found.Error, found.Pending));
        await CommitAsync(running, 0, new(2, 0, 0, 0));
        Assert.Equal(JobState.Succeeded, await Store.FailUploadAsync(running, "input incomplete"));
        Assert.Null(await Store.FailUploadAsync("nobody", "input incomplete"));
    }

    [Fact]
    public async Task Counts_add_up_at_every_instant_of_concurrent_commits()
    {
        const int Chunks = 400;
        var job = await CreateAsync(chunks: Enumerable.Repeat(3, Chunks).ToArray());
        await Store.CompleteUploadAsync(job);

        // Every chunk twice, by four committers in different orders.
        var commits = Enumerable.Range(0, 4).Select(async committer =>
        {
            var random = new Random(committer);
            var mine = Enumerable.Range(0, Chunks).Where(i => i % 2 == committer % 2).ToArray();
            random.Shuffle(mine);
            foreach (var page in mine.Chunk(8))
                await Store.CommitAsync([.. page.Select(i => Result(job, i, new(1, 1, 0, 1)))]);
        });
        var all = Task.WhenAll(commits);
        var looks = 0;
        while (!all.IsCompleted)
        {
            var found = await GetAsync(job);
            Assert.Equal(3L * found.DoneChunks, found.Answered);
            Assert.Equal(3L * Chunks, found.Answered + found.Pending);
            looks++;
        }

        await all;
        var end = await GetAsync(job);
        Assert.True(looks > 1, "Nobody looked while commits were under way.");
        Assert.Equal((JobState.Expired, 400L, 400L, 400L, 0L),
            (end.State, end.Succeeded, end.Failed, end.Expired, end.Pending));
    }

    [Fact]
    public async Task A_chunk_that_the_job_does_not_have_is_unknown()
    {
        var job = await CreateAsync(chunks: [1]);

        Assert.Equal(CommitOutcome.Unknown, await CommitAsync(job, 1, new(1, 0, 0, 0)));
        Assert.Equal(CommitOutcome.Unknown, await CommitAsync("nobody", 0, new(1, 0, 0, 0)));
        Assert.Equal(0, (await GetAsync(job)).Answered);
    }

    [Fact]
    public async Task Touching_or_ending_an_unknown_job_brings_nothing_into_being()
    {
        await Store.TouchAsync("nobody");
        await Store.FailAsync("nobody", "why");

        Assert.Null(await Store.CompleteUploadAsync("nobody"));
        Assert.Equal(new(null, IsGone: false), await Store.CancelAsync("nobody"));
        Assert.Equal(AppendOutcome.Ended, await Store.AppendAsync("nobody", at: 0, [1]));
        Assert.Equal(new(null, IsGone: false), await Store.FindAsync("nobody"));
    }
}
