using System.Security.Cryptography;
using System.Text;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Transport.Redis;
using SkillAi.Queue.Worker.Failures;
using SkillAi.Queue.Worker.Models;
using SkillAi.Queue.Worker.Models.Text;
using SkillAi.Queue.Worker.Pipeline;

namespace SkillAi.Queue.Tests.Unit.Worker;

public sealed class DeadLetterTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_the_model_refuses_is_kept_with_all_that_a_replay_needs(bool zip)
    {
        await using var pipeline = Refusing("poison");

        await pipeline.SettledAsync(pipeline.Job(["\"A\"", "{\"id\":\"x\", \"text\":\"poison\"}", "\"B\""], zip: zip));

        var letter = Assert.Single(pipeline.Letters);
        const string Line = "{\"id\":\"x\", \"text\":\"poison\"}";
        Assert.Equal(
            ("dead_job_1001", "model_error", "It has a bad byte.", "job", 7, 1001L, 1, 1),
            (letter.Id, letter.Reason, letter.Message, letter.Job, letter.Chunk, letter.Index, letter.Items, letter.Attempts));
        Assert.Equal(Line, Encoding.UTF8.GetString(letter.Payload.Span));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Line))), letter.Sha256);
    }

    [Fact]
    public async Task A_request_is_named_with_the_position_in_it()
    {
        await using var pipeline = Refusing("poison");
        var now = pipeline.Time.GetUtcNow();

        await pipeline.SettledAsync(pipeline.Source.Deliver(new()
        {
            Model = "m", Version = "1", Lane = Lane.Bulk, Items = 4, EnqueuedAt = now, Body = "\"A\"\n\"B\"\n\"C\"\n\"poison\""u8.ToArray(),
            Segments = [new("one", 2, now), new("two", 2, now, Tenant: "t2")],
        }));

        var letter = Assert.Single(pipeline.Letters);
        Assert.Equal(("dead_two_1", "two", null, 1L, "t2"), (letter.Id, letter.Request, letter.Job, letter.Index, letter.Tenant));
    }

    [Fact]
    public async Task The_letter_is_stored_before_the_outcome()
    {
        await using var pipeline = Refusing("poison");
        var lettersAtCommit = -1;
        pipeline.OnCommit = () =>
        {
            lettersAtCommit = pipeline.Letters.Count;
            return Task.CompletedTask;
        };

        await pipeline.SettledAsync(pipeline.Job("\"poison\""));

        Assert.Equal(1, lettersAtCommit);
    }

    /// <summary>What it said yes to it may have forgotten, when it was away between the letter and the outcome.</summary>
    [Fact]
    public async Task The_letter_is_stored_anew_where_the_store_went_away_before_the_outcome()
    {
        await using var pipeline = Refusing("poison");
        var tries = 0;
        pipeline.OnCommit = () =>
        {
            if (tries++ > 0)
                return Task.CompletedTask;

            pipeline.Letters.Clear();
            throw new StoreUnavailableException("Away.");
        };

        await pipeline.SettledAsync(pipeline.Job("\"poison\""));

        Assert.Equal("dead_job_1000", Assert.Single(pipeline.Letters).Id);
    }

    [Fact]
    public async Task The_senders_mistakes_are_no_dead_letters()
    {
        await using var pipeline = new PipelineHarness();

        await pipeline.SettledAsync(pipeline.Job("{\"words\":1}", "not json", "{\"$oversized\":9}", "\"A\""));

        Assert.Equal(3, Assert.Single(pipeline.Chunks).Counts.Failed);
        Assert.Empty(pipeline.Letters);
    }

    [Theory]
    [InlineData("1", "\"Nan\"", "model_nan")]
    [InlineData("9", "\"A\"", "model_version_gone")]
    public async Task Other_failures_that_are_not_the_senders_are(string version, string line, string reason)
    {
        await using var pipeline = new PipelineHarness();
        pipeline.Versions.Saw(new HashSet<string> { "1" }, asked: DateTimeOffset.MaxValue);

        await pipeline.SettledAsync(pipeline.Source.Deliver(new()
        {
            Model = "m", Version = version, Lane = Lane.Bulk, Items = 1, Job = "j", EnqueuedAt = pipeline.Time.GetUtcNow(), Attempt = 4,
            Body = Encoding.UTF8.GetBytes(line),
        }));

        Assert.Equal(reason, Assert.Single(pipeline.Letters).Reason);
    }

    [Fact]
    public async Task A_chunk_that_cannot_be_read_is_one_letter_with_its_whole_body()
    {
        await using var pipeline = new PipelineHarness();
        byte[] broken = [0x1F, 0x8B, 8, 0, 1, 2, 3];

        Assert.Equal(Settlement.Ack, await pipeline.SettledAsync(pipeline.Source.Deliver(new()
        {
            Model = "m", Version = "1", Lane = Lane.Bulk, Items = 5, Job = "j", Index = 2, EnqueuedAt = pipeline.Time.GetUtcNow(), Body = broken, IsGzip = true,
        })));

        var letter = Assert.Single(pipeline.Letters);
        Assert.Equal(("dead_j_c2", "chunk_unreadable", null, 5), (letter.Id, letter.Reason, letter.Index, letter.Items));
        Assert.Equal(broken, letter.Payload.ToArray());
        var lines = PipelineHarness.Lines(Assert.Single(pipeline.Chunks));
        Assert.Equal(5, lines.Count);
        Assert.All(lines, line => Assert.Equal("chunk_unreadable", line.GetProperty("error").GetProperty("code").GetString()));
    }

    /// <summary>However an item of it came to fail: what cannot be written in parts is written whole.</summary>
    [Fact]
    public async Task No_body_keeps_a_letter_from_being_written()
    {
        await using var pipeline = new PipelineHarness();
        byte[] broken = [0x1F, 0x8B, 8, 0, 1, 2, 3];
        var chunk = new PendingChunk(
            new FakeDelivery(new()
            {
                Model = "m", Version = "1", Lane = Lane.Bulk, Items = 2, Job = "j", Index = 2, EnqueuedAt = default, Body = broken, IsGzip = true,
            }),
            ChunkItems.Unreadable(2), [new("j", 0, 2, default, default, isHard: false, replyTo: null)], pipeline.Served, default, default);
        chunk.End(0, Outcome.Expired);
        chunk.End(1, Outcome.Failed, ItemFault.VersionGone);
        var letters = new List<DeadLetter>();

        DeadLetterWriter.Write(chunk, default, letters);

        var letter = Assert.Single(letters);
        Assert.Equal(("dead_j_c2", "model_version_gone", 2), (letter.Id, letter.Reason, letter.Items));
        Assert.Equal(broken, letter.Payload.ToArray());
    }

    [Fact]
    public async Task A_chunk_that_does_not_say_whose_it_is_is_rejected()
    {
        await using var pipeline = new PipelineHarness();

        var nobodys = pipeline.Source.Deliver(new()
        {
            Model = "m", Version = "1", Lane = Lane.Bulk, Items = 1, EnqueuedAt = pipeline.Time.GetUtcNow(), Body = "\"A\""u8.ToArray(),
        });
        var countless = pipeline.Source.Deliver(new()
        {
            Model = "m", Version = "1", Lane = Lane.Bulk, Items = 0, Job = "j", EnqueuedAt = pipeline.Time.GetUtcNow(), Body = "\"A\""u8.ToArray(),
        });

        Assert.Equal(Settlement.Reject, await pipeline.SettledAsync(nobodys));
        Assert.Equal(Settlement.Reject, await pipeline.SettledAsync(countless));
    }

    [Theory]
    [InlineData("\"A\"", Outcome.Succeeded, 0)]
    [InlineData("\"poison\"", Outcome.Failed, 1)]
    public async Task A_replay_ends_no_chunk_but_replaces_one_result(string line, Outcome outcome, int letters)
    {
        await using var pipeline = Refusing("poison");
        pipeline.IsNew = _ => false;

        await pipeline.SettledAsync(pipeline.Source.Deliver(new()
        {
            Model = "m", Version = "1", Lane = Lane.Bulk, Items = 1, Job = "j", Index = 2, First = 300, EnqueuedAt = pipeline.Time.GetUtcNow(),
            Body = Encoding.UTF8.GetBytes(line), Replay = "dead_j_300",
        }));

        Assert.Empty(pipeline.Chunks);
        var replay = Assert.Single(pipeline.Replays);
        Assert.Equal(("dead_j_300", "j", 2, 300L, outcome), (replay.Letter, replay.Job, replay.Chunk, replay.Index, replay.Outcome));
        Assert.StartsWith("{\"index\":300,", Encoding.UTF8.GetString(replay.Result.Span));
        Assert.Equal(letters, pipeline.Letters.Count(letter => letter.Id == "dead_j_300"));
    }

    static PipelineHarness Refusing(string poison)
    {
        var pipeline = new PipelineHarness();
        pipeline.Model.OnRun = texts =>
        {
            if (texts.Contains(poison))
                throw new ModelRunException(RunFailure.Rejected, "It has a bad byte.");
        };
        return pipeline;
    }
}
