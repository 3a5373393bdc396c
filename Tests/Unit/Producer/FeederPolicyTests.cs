using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Jobs;
using SkillAi.Queue.Producer.Feeding;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Tests.Unit.Producer;

public sealed class FeederPolicyTests
{
    const int Window = 2048;

    [Fact]
    public void Never_holds_more_than_the_window()
    {
        var random = new Random(17);
        var policy = new FeederPolicy(Window);
        var jobs = Enumerable.Range(0, 12).Select(i => Add(policy, $"j{i}", $"t{i % 4}", random, chunks: 200)).ToList();

        for (var step = 0; step < 20_000; step++)
        {
            while (policy.TryTake(out _, out _))
                Assert.InRange(policy.InFlight, 1, Window);

            var job = jobs[random.Next(jobs.Count)];
            Answer(job, random.NextInt64(0, job.InFlight + 1));
        }

        Assert.True(jobs.Sum(job => job.Fed) > 100 * Window);
    }

    [Fact]
    public void A_small_job_behind_a_large_one_is_fed_at_once()
    {
        var policy = new FeederPolicy(Window);
        var large = Add(policy, "large", chunks: 15_625);
        Fill(policy);
        var small = Add(policy, "small", chunks: 8);

        // The worker answers as much again as the window: enough for the small job and as much of the large one.
        Serve(policy, [large, small], items: Window);

        Assert.Equal(8 * 128, small.Fed);
    }

    [Fact]
    public void Tenants_share_alike_however_many_jobs_they_have()
    {
        var policy = new FeederPolicy(Window);
        var many = Enumerable.Range(0, 9).Select(i => Add(policy, $"many{i}", "many")).ToList();
        var one = Add(policy, "one", "one");

        Serve(policy, [.. many, one], items: 200_000);

        var share = (double)one.Fed / (one.Fed + many.Sum(job => job.Fed));
        Assert.InRange(share, 0.49, 0.51);
    }

    [Fact]
    public void Jobs_of_a_tenant_share_alike_whatever_the_size_of_their_chunks()
    {
        var policy = new FeederPolicy(Window);
        var coarse = Add(policy, "coarse", items: 128);
        var fine = Add(policy, "fine", items: 3, chunks: 50_000);

        Serve(policy, [coarse, fine], items: 100_000);

        Assert.InRange((double)fine.Fed / (coarse.Fed + fine.Fed), 0.48, 0.52);
    }

    [Fact]
    public void Idling_saves_nothing_up()
    {
        var policy = new FeederPolicy(Window);
        var busy = Add(policy, "busy");
        var late = Add(policy, "late", chunks: 0);
        Serve(policy, [busy, late], items: 50_000);
        var before = busy.Fed;

        Grow(late, chunks: 1000, items: 128);
        Serve(policy, [busy, late], items: 20_000);

        Assert.InRange((double)late.Fed / (late.Fed + busy.Fed - before), 0.45, 0.6);
    }

    [Fact]
    public void Priorities_share_sixteen_to_four_to_one_and_nobody_starves()
    {
        var policy = new FeederPolicy(Window);
        var feeds = new[] { JobPriority.High, JobPriority.Normal, JobPriority.Low }
            .Select(priority => Add(policy, Snapshots.Job($"{priority}", priority: priority))).ToArray();

        Serve(policy, feeds, items: 400_000);

        var unit = feeds.Sum(job => job.Fed) / 21.0;
        Assert.InRange(feeds[0].Fed / unit, 15.2, 16.8);
        Assert.InRange(feeds[1].Fed / unit, 3.8, 4.2);
        Assert.InRange(feeds[2].Fed / unit, 0.95, 1.05);
    }

    [Fact]
    public void A_priority_is_one_among_the_jobs_of_a_tenant()
    {
        var policy = new FeederPolicy(Window);
        var high = Add(policy, Snapshots.Job("high", "a", priority: JobPriority.High));
        var low = Add(policy, Snapshots.Job("low", "b", priority: JobPriority.Low));

        Serve(policy, [high, low], items: 200_000);

        Assert.InRange((double)low.Fed / (low.Fed + high.Fed), 0.49, 0.51);
    }

    [Fact]
    public void A_paused_job_is_left_alone_until_it_is_resumed()
    {
        var policy = new FeederPolicy(Window);
        var (paused, other) = (Add(policy, "paused"), Add(policy, "other"));
        paused.Update(paused.Job with { IsPaused = true }, starts: null);

        Serve(policy, [paused, other], items: 10_000);
        Assert.Equal(0, paused.Fed);

        paused.Update(paused.Job with { IsPaused = false }, starts: null);
        Serve(policy, [paused, other], items: 10_000);
        Assert.InRange(paused.Fed, 4_000, 8_000);
    }

    [Fact]
    public void A_job_that_is_gone_leaves_its_share_and_its_window_to_the_others()
    {
        var policy = new FeederPolicy(Window);
        var gone = Add(policy, "gone", "a");
        var rest = Add(policy, "rest", "b");
        Fill(policy);

        policy.Remove(gone);
        Fill(policy);

        Assert.Equal(Window, rest.InFlight);
        Assert.Equal(Window, policy.InFlight);
    }

    static JobFeed Add(
        FeederPolicy policy, string id, string tenant = Tenants.Default, int chunks = 5000, int items = 128) =>
        Add(policy, Snapshots.Job(id, tenant), chunks, items);

    static JobFeed Add(FeederPolicy policy, JobSnapshot job, int chunks = 5000, int items = 128)
    {
        var feed = new JobFeed(job, cursor: 0, done: []);
        Grow(feed, chunks, items);
        policy.Add(feed);
        return feed;
    }

    static JobFeed Add(FeederPolicy policy, string id, string tenant, Random random, int chunks)
    {
        var feed = new JobFeed(Snapshots.Job(id, tenant), cursor: 0, done: []);
        var starts = new long[chunks];
        for (var i = 1; i < chunks; i++)
            starts[i] = starts[i - 1] + random.Next(1, Limits.MaxChunkItems + 1);

        feed.Update(Snapshots.Job(id, tenant, chunks, starts[^1] + 1), starts);
        policy.Add(feed);
        return feed;
    }

    static void Grow(JobFeed feed, int chunks, int items) => feed.Update(
        feed.Job with { Chunks = chunks, Received = (long)chunks * items },
        [.. Enumerable.Range(0, chunks).Select(i => (long)i * items)]);

    static void Answer(JobFeed job, long items) =>
        job.Update(job.Job with { Succeeded = job.Job.Succeeded + items }, starts: null);

    static void Fill(FeederPolicy policy)
    {
        while (policy.TryTake(out _, out _))
        {
        }
    }

    /// <summary>Answers what is in flight, oldest jobs first, as a worker behind a FIFO queue does on the whole.</summary>
    static void Serve(FeederPolicy policy, JobFeed[] jobs, long items)
    {
        while (items > 0)
        {
            Fill(policy);
            var inFlight = policy.InFlight;
            foreach (var job in jobs)
                Answer(job, job.InFlight);

            items -= inFlight;
        }

        Fill(policy);
    }
}
