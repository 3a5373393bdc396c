using SkillAi.Queue.Contracts;
using SkillAi.Queue.Producer.Feeding;

namespace SkillAi.Queue.Tests.Unit.Producer;

/// <summary>A tenant with a job of two million items, and another with a stream of jobs of a thousand, in virtual time:
/// a broker's queue in order of arrival, and workers that answer so many items a second.</summary>
public sealed class FeederFairnessTests
{
    const int SmallItems = 1000;
    const int Huge = 2_000_000;
    const double PerSecond = 10_000;

    /// <summary>Half of the workers, and what the other tenant had in the window when the job came.</summary>
    [Theory]
    [InlineData(256, 2.5)]
    [InlineData(512, 2.7)]
    [InlineData(1024, 3.2)]
    [InlineData(16 * 1024, 18.6)]
    public void A_small_job_takes_twice_its_time_and_the_window(int window, double most)
    {
        var alone = MeanSeconds(window, besideHuge: false);
        var beside = MeanSeconds(window, besideHuge: true);

        Assert.Equal(SmallItems / PerSecond, alone, tolerance: 0.001);
        Assert.InRange(beside / alone, 1, most);
    }

    static double MeanSeconds(int window, bool besideHuge)
    {
        var policy = new FeederPolicy(window);
        var queue = new Queue<(JobFeed Job, int Items)>();
        if (besideHuge)
            policy.Add(Feed("huge", "a", Huge));

        var (now, sum) = (0.0, 0.0);
        const int Rounds = 50;
        for (var round = 0; round < Rounds; round++)
        {
            // The next one comes when the window is full of whatever there is.
            Fill(policy, queue);
            var small = Feed($"small{round}", "b", SmallItems);
            policy.Add(small);
            var from = now;
            while (small.Job.Pending > 0)
            {
                Fill(policy, queue);
                var (job, items) = queue.Dequeue();
                now += items / PerSecond;
                job.Update(job.Job with { Succeeded = job.Job.Succeeded + items }, starts: null);
            }

            policy.Remove(small);
            sum += now - from;
        }

        return sum / Rounds;
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
