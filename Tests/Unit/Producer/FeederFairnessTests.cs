using SkillAi.Queue.Contracts;
using SkillAi.Queue.Producer.Feeding;

namespace SkillAi.Queue.Tests.Unit.Producer;

/// <summary>A tenant with a job of two million items, and another with a stream of jobs of a thousand, in virtual time:
/// a broker's queue in order of arrival, and workers that answer so many items a second.</summary>
public sealed class FeederFairnessTests
{
    const int SmallItems = 1000;
    const int Huge = 2_000_000;
    const int Window = 16 * 1024;
    const double LookSeconds = 0.015;

    /// <summary>What the workers hold, half of their time, and the chunk that is under way.</summary>
    [Theory]
    [InlineData(2_000, 2.6)]
    [InlineData(10_000, 2.6)]
    [InlineData(40_000, 3.2)]
    public void A_small_job_beside_a_huge_one_waits_for_what_the_workers_hold_and_shares(int perSecond, double most)
    {
        var alone = MeanSeconds(perSecond, besideHuge: false);
        var beside = MeanSeconds(perSecond, besideHuge: true);

        Assert.Equal(SmallItems / (double)perSecond, alone, tolerance: 0.001);
        Assert.InRange(beside / alone, 2, most);
    }

    static double MeanSeconds(int perSecond, bool besideHuge)
    {
        var policy = new FeederPolicy(Window);
        var queue = new Queue<(JobFeed Job, int Items)>();
        if (besideHuge)
            policy.Add(Feed("huge", "a", Huge));

        var (now, looked, sum) = (0.0, 0.0, 0.0);
        const int Rounds = 50;
        const int Settled = 10;
        for (var round = 0; round < Rounds; round++)
        {
            // The next one comes when the window is full of whatever there is.
            Fill(policy, queue);
            var small = Feed($"small{round}", "b", SmallItems);
            policy.Add(small);
            var from = now;
            while (small.Job.Pending > 0)
            {
                if (!besideHuge || now >= looked + LookSeconds)
                {
                    policy.Window = WindowPolicy.Next(policy.Window, policy.InFlight, besideHuge, workers: 1, ahead: Window, Window);
                    looked = now;
                    Fill(policy, queue);
                }

                // The workers were faster than the feeder.
                if (queue.Count == 0)
                {
                    now = looked + LookSeconds;
                    continue;
                }

                var (job, items) = queue.Dequeue();
                now += items / (double)perSecond;
                job.Update(job.Job with { Succeeded = job.Job.Succeeded + items }, starts: null);
            }

            policy.Remove(small);
            sum += round < Settled ? 0 : now - from;
        }

        return sum / (Rounds - Settled);
    }

    static void Fill(FeederPolicy policy, Queue<(JobFeed Job, int Items)> queue)
    {
        while (policy.TryTake(out var job, out var chunk))
            queue.Enqueue((job, chunk.Items));
    }

    static JobFeed Feed(string id, string tenant, int items)
    {
        var chunks = (items + Limits.JobChunkItems - 1) / Limits.JobChunkItems;
        var feed = new JobFeed(Snapshots.Job(id, tenant), cursor: 0, done: []);
        feed.Update(
            feed.Job with { Chunks = chunks, Received = items },
            [.. Enumerable.Range(0, chunks).Select(i => (long)i * Limits.JobChunkItems)]);
        return feed;
    }
}
