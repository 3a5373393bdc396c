using System.Text;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Models;
using SkillAi.Queue.Worker.Models;
using SkillAi.Queue.Worker.Pipeline;

namespace SkillAi.Queue.Tests.Unit.Worker;

public sealed class LaneTests
{
    static readonly TimeSpan Target = TimeSpan.FromMilliseconds(100);

    internal static readonly ModelVersion Version = new("m", "1", new()
    {
        Task = ModelTask.TextClassification,
        Input = new() { Name = "text", Kind = ModelInputKind.Utf8Bytes, MaxLength = 64, LengthBuckets = [16, 64] },
        Output = new() { Name = "scores", Labels = ["a"] },
    });

    [Fact]
    public void Urgent_items_stand_by_deadline_and_equal_ones_in_order_of_arrival()
    {
        var lane = new UrgentLane();
        foreach (var (text, due) in new[] { ("c", 30), ("a", 10), ("d", 30), ("b", 20) })
            lane.Add(Item(text, due), Ms(due), bucket: 0);

        Assert.Equal([5, 15, 25, 25], lane.View(Ms(5)).ToArray().Select(item => (int)item.Slack.TotalMilliseconds));
        Assert.Equal(["a", "b", "c", "d"], Take(lane, 4));
        Assert.Equal(0, lane.Count);
    }

    [Fact]
    public void Urgent_order_holds_through_any_mix_of_adds_and_takes()
    {
        var (random, lane, model) = (new Random(5), new UrgentLane(), new PriorityQueue<string, (int, int)>());
        for (var i = 0; i < 5_000; i++)
        {
            if (random.Next(5) < 3)
            {
                var due = random.Next(1_000);
                lane.Add(Item($"{i}", due), Ms(due), bucket: 0);
                model.Enqueue($"{i}", (due, i));
            }
            else if (model.TryDequeue(out var expected, out _))
            {
                Assert.Equal([expected], Take(lane, 1));
            }

            Assert.Equal(model.Count, lane.Count);
        }
    }

    [Fact]
    public void A_late_item_without_a_deadline_steps_back_behind_those_that_have_one()
    {
        var lane = new UrgentLane();
        foreach (var (text, due, isHard) in new[] { ("soft 1", 10, false), ("soft 2", 11, false), ("hard", 60, true), ("soft 3", 70, false) })
            lane.Add(Item(text, due, isHard: isHard), Ms(due), bucket: 0);

        lane.View(Ms(20));

        Assert.Equal(["hard", "soft 3", "soft 1", "soft 2"], Take(lane, 4));
    }

    [Fact]
    public void It_steps_back_once_and_not_for_ever()
    {
        var lane = new UrgentLane();
        lane.Add(Item("soft", 10), Ms(10), bucket: 0);
        lane.View(Ms(20));
        lane.Add(Item("hard", 30_000, isHard: true), Ms(30_000), bucket: 0);
        lane.View(Ms(29_000));

        Assert.Equal(["soft", "hard"], Take(lane, 2));
    }

    [Fact]
    public void A_late_item_with_a_deadline_keeps_its_place_to_be_shed()
    {
        var lane = new UrgentLane();
        lane.Add(Item("hard", 10, isHard: true), Ms(10), bucket: 0);
        lane.Add(Item("soft", 60), Ms(60), bucket: 0);

        Assert.True(lane.View(Ms(20))[0].IsHard);
        Assert.Equal(["hard", "soft"], Take(lane, 2));
    }

    [Fact]
    public void An_urgent_item_longer_than_the_run_stays()
    {
        var lane = new UrgentLane();
        lane.Add(Item("long", 1), Ms(1), bucket: 1);

        Assert.False(lane.TryTake(longest: 0, out _));
        Assert.True(lane.TryTake(longest: 1, out _));
    }

    [Fact]
    public void Bulk_is_first_in_first_out_from_the_nearest_length_down()
    {
        var lane = new BulkLane(3);
        foreach (var (text, bucket) in new[] { ("a0", 0), ("a1", 1), ("b1", 1), ("a2", 2), ("b0", 0) })
            lane.Add(Item(text), bucket);

        Assert.Equal([2, 2, 1], lane.View(Ms(9)).ToArray().Select(view => view.Waiting));
        Assert.Equal(["a1", "b1", "a0", "b0"], Take(lane, 4, longest: 1));
        Assert.Equal(["a2"], Take(lane, 1, longest: 2));
    }

    [Fact]
    public void What_comes_back_to_bulk_stands_in_front()
    {
        var lane = new BulkLane(1);
        lane.Add(Item("later"), 0);
        lane.Return(Item("back 1"), 0);
        lane.Return(Item("back 2"), 0);

        Assert.Equal(["back 1", "back 2", "later"], Take(lane, 3, longest: 0));
        Assert.Equal(0, lane.Count);
    }

    [Fact]
    public void A_lane_tells_the_age_of_its_oldest_item()
    {
        var lane = new BulkLane(1);
        lane.Add(Item("old", received: 10), 0);
        lane.Add(Item("young", received: 90), 0);

        Assert.Equal(Ms(90), lane.View(Ms(100))[0].OldestAge);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(16, 0)]
    [InlineData(17, 1)]
    [InlineData(900, 1)]
    public void The_shortest_length_that_holds_a_text_is_its_bucket(int bytes, int bucket)
    {
        Assert.Equal(bucket, new LengthBuckets([16, 64]).Of(bytes));
    }

    [Theory]
    [InlineData(4, 20, 8)]
    [InlineData(32, 20, 32)]
    [InlineData(4, 200, 29, 40)]
    [InlineData(4, 2_000, 64)]
    public void A_priority_loan_holds_what_can_be_on_its_way_at_once(int setting, int perSecond, int least, int? most = null)
    {
        var prefetch = new PrefetchPolicy(Lane.Priority, setting, maxRunItems: 256, lengths: 4, Target);
        for (var i = 0; i < 30 * perSecond; i++)
            prefetch.Received(1, TimeSpan.FromSeconds((double)i / perSecond));

        Assert.InRange(prefetch.Current, least, most ?? least);
    }

    [Fact]
    public void Prefetch_is_two_runs_of_each_length_and_follows_the_size_of_messages()
    {
        var prefetch = new PrefetchPolicy(Lane.Bulk, priority: 32, maxRunItems: 256, lengths: 4, Target);
        Assert.Equal(16, prefetch.Current);

        var renewed = 0;
        for (var second = 0; second < 1_000; second++)
            renewed += prefetch.Received(items: 1, TimeSpan.FromSeconds(second)) ? 1 : 0;

        Assert.InRange(renewed, 1, 8);
        Assert.InRange(prefetch.Current, 512, 1024);
    }

    [Fact]
    public void A_short_lull_does_not_change_the_prefetch()
    {
        var prefetch = new PrefetchPolicy(Lane.Bulk, priority: 32, maxRunItems: 256, lengths: 4, Target);

        for (var i = 0; i < 1_000; i++)
            Assert.False(prefetch.Received(items: 1, TimeSpan.FromMilliseconds(i)));
    }

    [Fact]
    public void A_slot_disposes_its_model_only_after_the_last_run()
    {
        var model = new FakeModel();
        var slot = new ModelSlot(model);
        var run = slot.TryLease();

        slot.Dispose();
        slot.Dispose();
        Assert.False(model.IsDisposed);
        Assert.NotNull(run);
        run.Dispose();
        run.Dispose();

        Assert.True(model.IsDisposed);
        Assert.Null(slot.TryLease());
    }

    static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    internal static ItemRef Item(string text, double due = 0, double received = 0, bool isHard = false)
    {
        var line = Encoding.UTF8.GetBytes($"\"{text}\"");
        var chunk = new Chunk { Model = "m", Version = "1", Lane = Lane.Bulk, Body = line, Items = 1, Job = text, EnqueuedAt = default };
        var model = new ServedModel(Version, new ModelSlot(new FakeModel()), null!, new([16, 64]));
        var part = new Part(text, 0, 1, default, Ms(due), isHard, replyTo: null);
        return new(
            new PendingChunk(new FakeDelivery(chunk), ChunkReader.Read(chunk, model.Input), [part], model, Ms(received), default), 0);
    }

    static List<string> Take(UrgentLane lane, int count)
    {
        var taken = new List<string>();
        while (taken.Count < count && lane.TryTake(int.MaxValue, out var item))
            taken.Add(Encoding.UTF8.GetString(item.Text));

        return taken;
    }

    static List<string> Take(BulkLane lane, int count, int longest)
    {
        var taken = new List<string>();
        while (taken.Count < count && lane.TryTake(longest, out var item))
            taken.Add(Encoding.UTF8.GetString(item.Text));

        return taken;
    }
}
