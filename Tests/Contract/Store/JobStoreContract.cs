using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Jobs;
using SkillAi.Queue.Transport.Redis;
using Xunit;

namespace SkillAi.Queue.Tests.Contract.Store;

/// <summary>How jobs are kept, listed, fed and forgotten, whichever server keeps them.</summary>
public abstract class JobStoreContract(string connectionString) : JobContract(connectionString)
{
    [Fact]
    public async Task A_new_job_shows_what_intake_stored()
    {
        var record = Record() with
        {
            Priority = Contracts.Jobs.JobPriority.High,
            IsResumable = true,
            DeadlineAt = Time.GetUtcNow().AddHours(1),
            Metadata = new() { ["k"] = "v" },
            Traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        };
        await Store.CreateAsync(record);

        var job = await GetAsync(record.Id);

        Assert.Equal(record.Metadata, job.Record.Metadata);
        Assert.Equal(record, job.Record with { Metadata = record.Metadata });
        Assert.Equal((JobState.Receiving, 0L, 0L, 0), (job.State, job.Received, job.Pending, job.Chunks));
    }

    [Fact]
    public async Task Appended_chunks_are_counted_and_know_their_first_item()
    {
        var job = await CreateAsync();

        Assert.Equal(AppendOutcome.Counted, await Store.AppendAsync(job, at: 0, [128, 128]));
        Assert.Equal(
            AppendOutcome.Counted,
            await Store.AppendAsync(job, at: 2, [int.MaxValue, int.MaxValue, int.MaxValue, 7]));

        Assert.Equal(
            new long[] { 0, 128, 256, 256L + int.MaxValue, 256 + (2L * int.MaxValue), 256 + (3L * int.MaxValue) },
            await Store.ReadChunkStartsAsync(job));
        var found = await GetAsync(job);
        var total = 263 + (3L * int.MaxValue);
        Assert.Equal((6, total, total), (found.Chunks, found.Received, found.Pending));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task An_append_that_is_repeated_counts_only_what_is_missing(int at)
    {
        var job = await CreateAsync(chunks: [3, 4, 5]);
        int[] all = [3, 4, 5, 6, 7];

        Assert.Equal(AppendOutcome.Counted, await Store.AppendAsync(job, at, all[at..]));
        Assert.Equal(AppendOutcome.Counted, await Store.AppendAsync(job, at, all[at..]));

        Assert.Equal(new long[] { 0, 3, 7, 12, 18 }, await Store.ReadChunkStartsAsync(job));
        Assert.Equal((5, 25L), await GetAsync(job) is var found ? (found.Chunks, found.Received) : default);
    }

    [Fact]
    public async Task An_append_behind_chunks_that_are_missing_is_refused()
    {
        var job = await CreateAsync(chunks: [3]);

        Assert.Equal(AppendOutcome.Gap, await Store.AppendAsync(job, at: 2, [1]));

        Assert.Equal(new long[] { 0 }, await Store.ReadChunkStartsAsync(job));
    }

    [Fact]
    public async Task A_job_is_paused_and_resumed_while_it_is_open_whatever_its_state()
    {
        var job = await CreateAsync(chunks: [2]);

        Assert.True((await Store.PauseAsync(job, isPaused: true)).Found!.IsPaused);
        Assert.Equal(AppendOutcome.Counted, await Store.AppendAsync(job, at: 1, [2]));
        Assert.Equal(JobState.Running, (await Store.CompleteUploadAsync(job))!.State);
        Assert.True((await GetAsync(job)).IsPaused);
        Assert.False((await Store.PauseAsync(job, isPaused: false)).Found!.IsPaused);
        await Store.CancelAsync(job);

        var ended = (await Store.PauseAsync(job, isPaused: true)).Found!;
        Assert.Equal((JobState.Cancelled, false), (ended.State, ended.IsPaused));
        Assert.Null((await Store.PauseAsync("nobody", isPaused: true)).Found);
    }

    [Fact]
    public async Task A_touch_keeps_an_upload_fresh()
    {
        var job = await CreateAsync();
        Time.Advance(TimeSpan.FromSeconds(20));

        await Store.TouchAsync(job);

        Assert.Equal(Time.GetUtcNow(), (await GetAsync(job)).TouchedAt);
    }

    [Fact]
    public async Task Every_key_of_an_unfinished_job_expires_with_it()
    {
        var job = await CreateAsync(chunks: [2, 2]);
        await CommitAsync(job, 0, new(1, 1, 0, 0));

        foreach (var key in PartsOf(job))
        {
            var life = await Redis.Database.KeyTimeToLiveAsync(key);
            Assert.InRange(life!.Value, Limits.MaxTtl + TimeSpan.FromHours(12), Limits.MaxTtl + TimeSpan.FromHours(13));
        }
    }

    [Fact]
    public async Task A_job_that_vanishes_unfinished_is_gone_rather_than_unknown()
    {
        var job = await CreateAsync(chunks: [2]);
        var life = (await Redis.Database.KeyTimeToLiveAsync(Keys.Job(job)))!.Value;
        await Redis.Database.KeyDeleteAsync(Keys.Job(job));

        Assert.Equal(new(null, IsGone: true), await Store.FindAsync(job));
        var gone = (await Redis.Database.KeyTimeToLiveAsync(Keys.JobTombstone(job)))!.Value;
        Assert.InRange(gone - life, TimeSpan.FromHours(23.9), TimeSpan.FromHours(24));
    }

    [Fact]
    public async Task An_ended_job_expires_whole_and_is_gone_for_a_day()
    {
        var job = await CreateAsync(chunks: [2]);
        await Store.CompleteUploadAsync(job);
        await CommitAsync(job, 0, new(1, 1, 0, 0));

        foreach (var key in PartsOf(job))
            Assert.InRange((await Redis.Database.KeyTimeToLiveAsync(key))!.Value, TimeSpan.FromMinutes(59), TimeSpan.FromHours(1));
        foreach (var key in PartsOf(job))
            await Redis.Database.KeyDeleteAsync(key);

        Assert.Equal(new(null, IsGone: true), await Store.FindAsync(job));
        Assert.InRange((await Redis.Database.KeyTimeToLiveAsync(Keys.JobTombstone(job)))!.Value,
            TimeSpan.FromHours(24.5), TimeSpan.FromHours(25));
    }

    [Fact]
    public async Task A_tenants_jobs_come_in_pages_newest_first_without_the_gone_ones()
    {
        var tenant = $"t{Guid.NewGuid():N}";
        var jobs = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            jobs.Insert(0, await CreateAsync(tenant));
            Time.Advance(TimeSpan.FromSeconds(1));
        }

        await Redis.Database.KeyDeleteAsync(Keys.Job(jobs[1]));
        jobs.RemoveAt(1);
        await CreateAsync($"t{Guid.NewGuid():N}");

        var first = await Store.ListAsync(tenant, after: null, limit: 4);
        var second = await Store.ListAsync(tenant, first[^1].Record.Id, limit: 4);

        Assert.Equal(jobs, [.. first.Concat(second).Select(job => job.Record.Id)]);
        Assert.Equal(4, first.Count);
        Assert.Empty(await Store.ListAsync(tenant, second[^1].Record.Id, limit: 4));
    }

    [Fact]
    public async Task Open_jobs_are_listed_until_they_are_closed()
    {
        var (older, newer) = (await CreateAsync(), await CreateAsync());
        await Store.CancelAsync(older);
        Assert.Subset((await Store.ListOpenAsync()).ToHashSet(), new HashSet<string> { older, newer });

        await Store.CloseAsync(older);

        Assert.DoesNotContain(older, await Store.ListOpenAsync());
        Assert.Contains(newer, await Store.ListOpenAsync());
    }

    [Fact]
    public async Task Nobody_sees_a_listed_job_that_is_not_there_yet()
    {
        var tenant = $"t{Guid.NewGuid():N}";
        using var created = new CancellationTokenSource();
        var looking = Task.Run(async () =>
        {
            while (!created.IsCancellationRequested)
                await Store.ListAsync(tenant, after: null, limit: 100);
        });

        for (var i = 0; i < 50; i++)
            await CreateAsync(tenant);

        await created.CancelAsync();
        await looking;
        Assert.Equal(50, (await Store.ListAsync(tenant, after: null, limit: 100)).Count);
    }

    [Fact]
    public async Task The_cursor_moves_for_the_newest_holder_of_the_lease_only()
    {
        var job = await CreateAsync(chunks: [1, 1, 1]);

        Assert.True(await Store.AdvanceAsync(job, 2, epoch: 5));
        Assert.False(await Store.AdvanceAsync(job, 3, epoch: 4));
        Assert.Equal(2, (await GetAsync(job)).FedChunks);
        Assert.True(await Store.AdvanceAsync(job, 0, epoch: 6));
        Assert.Equal(0, (await GetAsync(job)).FedChunks);
        Assert.False(await Store.AdvanceAsync("nobody", 1, epoch: 9));
    }
}
