using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Tests.Unit.Worker;

/// <summary>Items whose deadline passes while they run, or while they are stored.</summary>
public sealed class LateAnswerTests
{
    static readonly TimeSpan Long = TimeSpan.FromHours(1);

    readonly LeapingTime _time = new();

    DateTimeOffset Deadline => _time.GetUtcNow() + Long / 2;

    [Fact]
    public async Task An_answer_that_comes_behind_its_deadline_is_expired_and_the_others_are_not()
    {
        await using var pipeline = await StartAsync();
        pipeline.Model.OnRun = _ => _time.Leap(Long);
        var now = _time.GetUtcNow();

        await pipeline.SettledAsync(pipeline.Source.Deliver(new()
        {
            Model = "m", Version = "1", Lane = Lane.Priority, Items = 3, EnqueuedAt = now, Body = "\"A\"\n\"Nan\"\n\"B\""u8.ToArray(),
            Segments = [new("late", 2, now, Deadline), new("patient", 1, now)],
        }));

        Assert.Equal(
            [("late", RequestState.Expired), ("patient", RequestState.Succeeded)],
            pipeline.Requests.Select(result => (result.Id, result.Outcome.State)));
        Assert.Equal(
            (1, 1, 1),
            (pipeline.Answered(Lane.Priority, "expired"), pipeline.Answered(Lane.Priority, "failed"), pipeline.Answered(Lane.Priority, "succeeded")));
        Assert.Equal("model_nan", Assert.Single(pipeline.Letters).Reason);
    }

    [Fact]
    public async Task So_it_is_in_a_job_and_no_time_of_the_device_was_saved()
    {
        await using var pipeline = await StartAsync();
        pipeline.Model.OnRun = _ => _time.Leap(Long);

        await pipeline.SettledAsync(pipeline.Job(["\"A\"", "\"B\""], deadline: Deadline));

        var result = Assert.Single(pipeline.Chunks);
        Assert.Equal(new OutcomeCounts(0, 0, 0, 2), result.Counts);
        Assert.All(PipelineHarness.Lines(result), line => Assert.Equal("expired", line.GetProperty("outcome").GetString()));
        Assert.True(result.RunItems >= result.Ran);
        Assert.Equal(2, result.Ran);
        Assert.Equal(0, pipeline.Saved(Lane.Bulk, "expired"));
    }

    /// <summary>The first try may have been stored though nobody heard of it.</summary>
    [Fact]
    public async Task A_repeat_writes_what_the_first_try_wrote_though_the_deadline_has_passed_by_then()
    {
        await using var pipeline = await StartAsync();
        var tries = 0;
        pipeline.OnCommit = () =>
        {
            _time.Leap(Long);
            return tries++ > 0 ? Task.CompletedTask : throw new StoreUnavailableException("Away.");
        };

        await pipeline.SettledAsync(pipeline.Request("r", "\"A\"", Deadline));

        Assert.Equal(2, tries);
        Assert.Equal(RequestState.Succeeded, Assert.Single(pipeline.Requests).Outcome.State);
    }

    async Task<PipelineHarness> StartAsync()
    {
        // A run takes time, so that there is some to be saved.
        var pipeline = new PipelineHarness(_time, new() { MaxRunItems = 8 }, lasts: items => TimeSpan.FromMilliseconds(1 + items));
        await pipeline.WarmAsync();
        return pipeline;
    }

    /// <summary>The system's time, that leaps ahead when it is told to.</summary>
    sealed class LeapingTime : TimeProvider
    {
        long _ahead;

        public void Leap(TimeSpan time) => Interlocked.Add(ref _ahead, time.Ticks);

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + new TimeSpan(Interlocked.Read(ref _ahead));

        public override long GetTimestamp() => GetUtcNow().Ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;
    }
}
