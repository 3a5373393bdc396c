using SkillAi.Queue.Producer.Feeding;

namespace SkillAi.Queue.Tests.Unit.Producer;

public sealed class JobFeedTests
{
    [Fact]
    public void Hands_chunks_out_in_order_from_the_cursor_on()
    {
        var job = Snapshots.Job("j", chunks: 4, received: 500);
        var feed = new JobFeed(job, cursor: 1, done: []);
        feed.Update(job, [0, 128, 256, 384]);

        Assert.Equal([new(1, 128, 128), new(2, 256, 128), new(3, 384, 116)], TakeAll(feed));
        Assert.Equal(500, feed.Fed);
    }

    [Fact]
    public void The_end_of_the_last_chunk_known_is_not_guessed()
    {
        var feed = new JobFeed(Snapshots.Job("j"), cursor: 0, done: []);
        feed.Update(Snapshots.Job("j", chunks: 2, received: 200), [0, 128]);
        feed.Take();

        // Ten more chunks have come, but their places were not read yet.
        feed.Update(Snapshots.Job("j", chunks: 12, received: 1400), starts: null);

        Assert.False(feed.HasWork);
        Assert.True(feed.LacksStarts);
    }

    [Fact]
    public void Places_read_after_the_snapshot_are_used_only_as_far_as_it_goes()
    {
        var job = Snapshots.Job("j", chunks: 2, received: 200);
        var feed = new JobFeed(job, cursor: 0, done: []);

        feed.Update(job, [0, 128, 200, 328]);

        Assert.Equal([new(0, 0, 128), new(1, 128, 72)], TakeAll(feed));
        Assert.False(feed.LacksStarts);
    }

    [Fact]
    public void The_cursor_follows_the_contiguous_prefix()
    {
        var feed = Feed(chunks: 5);
        var chunks = TakeAll(feed);

        feed.Confirm(1);
        feed.Confirm(2);
        Assert.Equal(0, feed.Confirmed);

        feed.Confirm(0);
        Assert.Equal(3, feed.Confirmed);
        Assert.Equal(5, chunks.Count);
    }

    [Fact]
    public void What_could_not_be_published_comes_again_as_it_was()
    {
        var feed = Feed(chunks: 3);
        var first = feed.Take();
        feed.Take();
        feed.Return(first);

        Assert.Equal(128, feed.InFlight);
        Assert.Equal(first, feed.Take());
        Assert.Equal(256, feed.InFlight);
    }

    [Fact]
    public void Chunks_that_are_answered_need_no_feeding()
    {
        var job = Snapshots.Job("j", chunks: 5, received: 640) with { Succeeded = 384 };
        var feed = new JobFeed(job, cursor: 0, done: [0, 2, 3]);
        feed.Update(job, [0, 128, 256, 384, 512]);

        Assert.Equal([1, 4], TakeAll(feed).Select(chunk => chunk.Index));
        Assert.Equal(256, feed.InFlight);

        feed.Confirm(1);
        feed.Confirm(4);
        Assert.Equal(5, feed.Confirmed);
    }

    static JobFeed Feed(int chunks)
    {
        var job = Snapshots.Job("j", chunks: chunks, received: chunks * 128);
        var feed = new JobFeed(job, cursor: 0, done: []);
        feed.Update(job, [.. Enumerable.Range(0, chunks).Select(i => i * 128L)]);
        return feed;
    }

    static List<FeedChunk> TakeAll(JobFeed feed)
    {
        var chunks = new List<FeedChunk>();
        while (feed.HasWork)
            chunks.Add(feed.Take());

        return chunks;
    }
}
