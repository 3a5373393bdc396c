using SkillAi.Queue.Contracts;
using SkillAi.Queue.Transport.Redis;
using SkillAi.Queue.Worker.Models;

namespace SkillAi.Queue.Tests.Unit.Worker;

/// <summary>Letters of a delivery whose outcome the store does not take.</summary>
public sealed class BurialTests
{
    [Theory]
    [InlineData(CommitOutcome.Duplicate)]
    [InlineData(CommitOutcome.Fenced)]
    [InlineData(CommitOutcome.Unknown)]
    public async Task Those_of_items_that_did_not_fail_are_taken_back_and_not_counted(CommitOutcome verdict)
    {
        await using var pipeline = Refusing();
        pipeline.Verdict = verdict;
        pipeline.TakeBack = letters => [.. letters.Where(letter => letter.Index == 1001)];

        await pipeline.SettledAsync(pipeline.Job("\"poison\"", "\"poison\"", "\"A\""));

        Assert.Equal(1, pipeline.Dead(Lane.Bulk, "model_error"));
    }

    [Fact]
    public async Task So_are_those_of_requests_that_had_ended()
    {
        await using var pipeline = Refusing();
        pipeline.TakesRequests = false;
        IReadOnlyList<DeadLetter> doubtful = [];
        pipeline.TakeBack = letters => doubtful = letters;

        await pipeline.SettledAsync(pipeline.Request("r", "\"poison\""));

        Assert.Equal("dead_r_0", Assert.Single(doubtful).Id);
        Assert.Equal(0, pipeline.Dead(Lane.Priority, "model_error"));
    }

    [Fact]
    public async Task What_was_there_before_is_anothers_and_stays()
    {
        await using var pipeline = Refusing();
        pipeline.Verdict = CommitOutcome.Duplicate;
        pipeline.IsNew = letter => letter.Index == 1001;
        IReadOnlyList<DeadLetter> doubtful = [];
        pipeline.TakeBack = letters => doubtful = letters;

        await pipeline.SettledAsync(pipeline.Job("\"poison\"", "\"poison\""));

        Assert.Equal("dead_job_1001", Assert.Single(doubtful).Id);
    }

    /// <summary>The second time it is there already. It is ours all the same.</summary>
    [Fact]
    public async Task After_an_outage_what_the_first_try_wrote_is_doubtful_too_and_counted_once()
    {
        await using var pipeline = Refusing();
        pipeline.IsNew = _ => pipeline.Letters.Count == 1;
        pipeline.OnCommit = () =>
        {
            if (pipeline.Verdict == CommitOutcome.Duplicate)
                return Task.CompletedTask;

            pipeline.Verdict = CommitOutcome.Duplicate;
            throw new StoreUnavailableException("Whether it is stored is not known.");
        };
        var doubts = 0;
        pipeline.TakeBack = _ => doubts++ > 0 ? [] : throw new StoreUnavailableException("Away again.");

        await pipeline.SettledAsync(pipeline.Job("\"poison\""));

        Assert.Equal((2, 2), (pipeline.Letters.Count, doubts));
        Assert.Equal(1, pipeline.Dead(Lane.Bulk, "model_error"));
    }

    [Fact]
    public async Task What_the_store_took_is_not_doubtful()
    {
        await using var pipeline = Refusing();

        await pipeline.SettledAsync(pipeline.Job("\"poison\"", "\"A\""));
        await pipeline.SettledAsync(pipeline.Request("r", "\"poison\""));

        Assert.Equal((1, 1), (pipeline.Dead(Lane.Bulk, "model_error"), pipeline.Dead(Lane.Priority, "model_error")));
    }

    /// <summary>Of a replay the letter is there, unless another delivery of it has succeeded.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_replay_that_fails_raises_no_letter_that_was_settled(bool wasGone)
    {
        await using var pipeline = Refusing();
        pipeline.IsNew = _ => wasGone;
        var doubts = 0;
        pipeline.TakeBack = letters =>
        {
            doubts += letters.Count(letter => letter.Id == "dead_j_300");
            return letters;
        };

        await pipeline.SettledAsync(pipeline.Source.Deliver(new()
        {
            Model = "m", Version = "1", Lane = Lane.Bulk, Items = 1, Job = "j", Index = 2, First = 300, EnqueuedAt = pipeline.Time.GetUtcNow(),
            Body = "\"poison\""u8.ToArray(), Replay = "dead_j_300",
        }));

        Assert.Equal(wasGone ? 1 : 0, doubts);
        Assert.Equal(0, pipeline.Dead(Lane.Bulk, "model_error"));
    }

    static PipelineHarness Refusing()
    {
        var pipeline = new PipelineHarness();
        pipeline.Model.OnRun = texts =>
        {
            if (texts.Contains("poison"))
                throw new ModelRunException(RunFailure.Rejected, "It has a bad byte.");
        };
        return pipeline;
    }
}
