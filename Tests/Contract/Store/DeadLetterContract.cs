using Microsoft.Extensions.Time.Testing;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Tests.Contract.Store;

/// <summary>What every store must do with dead letters. The list is one for all, so that each test empties it.</summary>
public abstract class DeadLetterContract(string connectionString) : IAsyncLifetime
{
    readonly RedisConnection _redis = new(connectionString);
    readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    readonly DeadLettersOptions _limits = new();

    DeadLetterStore Store => new(_redis, _limits, _time);

    public async ValueTask InitializeAsync()
    {
        foreach (var letter in (await AllAsync()).Letters)
            await Store.RemoveAsync(letter.Id);
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _redis.DisposeAsync();
    }

    [Fact]
    public async Task A_letter_comes_back_as_it_was()
    {
        var letter = Letter("a") with { Request = null, Job = "job_1", Chunk = 7, Payload = new byte[] { 0, 255, 10 }, Bytes = 3 };

        var outcome = await Store.WriteAsync([letter]);

        Assert.Equal([true], outcome.IsNew);
        var found = (await Store.FindAsync("a"))!;
        Assert.Equal(letter with { Payload = default, FailedAt = default }, found with { Payload = default, FailedAt = default });
        Assert.Equal(letter.FailedAt.ToUnixTimeMilliseconds(), found.FailedAt.ToUnixTimeMilliseconds());
        Assert.Equal(letter.Payload.ToArray(), found.Payload.ToArray());
        Assert.Null(await Store.FindAsync("b"));
    }

    [Fact]
    public async Task A_redelivery_doubles_nothing()
    {
        await Store.WriteAsync([Letter("a"), Letter("b")]);

        var again = await Store.WriteAsync([Letter("a"), Letter("c")]);

        Assert.Equal([false, true], again.IsNew);
        Assert.Equal(3, (await AllAsync()).Letters.Count);
        Assert.Equal(1, (await Store.FindAsync("a"))!.Attempts);
    }

    [Fact]
    public async Task A_replay_that_fails_counts_and_frees_the_letter()
    {
        await Store.WriteAsync([Letter("a") with { Attempts = 4 }]);

        Assert.Equal(ClaimOutcome.Claimed, await Store.ClaimAsync("a"));
        Assert.Equal(ClaimOutcome.UnderWay, await Store.ClaimAsync("a"));
        await Store.WriteAsync([Letter("a")]);

        var letter = (await Store.FindAsync("a"))!;
        Assert.Equal((5, null), (letter.Attempts, letter.ReplayingSince));
        await Store.WriteAsync([Letter("a")]);
        Assert.Equal(5, (await Store.FindAsync("a"))!.Attempts);
        Assert.Equal(ClaimOutcome.Claimed, await Store.ClaimAsync("a"));
    }

    [Fact]
    public async Task A_claim_ends_when_it_is_released_or_old()
    {
        await Store.WriteAsync([Letter("a")]);
        await Store.ClaimAsync("a");
        await Store.ReleaseAsync("a");
        Assert.Equal(ClaimOutcome.Claimed, await Store.ClaimAsync("a"));

        _time.Advance(TimeSpan.FromMinutes(11));

        Assert.Equal(ClaimOutcome.Claimed, await Store.ClaimAsync("a"));
        Assert.Equal(ClaimOutcome.Unknown, await Store.ClaimAsync("none"));
    }

    [Fact]
    public async Task What_is_being_replayed_is_listed_until_that_ends()
    {
        await Store.WriteAsync([.. "abcdef".Select(id => Letter($"{id}"))]);
        var since = _time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var id in "fedcba")
        {
            await Store.ClaimAsync($"{id}");
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        var replays = (await Store.ReplayingAsync()).OrderBy(replay => replay.Since).ToArray();
        Assert.Equal(["f", "e", "d", "c", "b", "a"], replays.Select(replay => replay.Id));
        Assert.Equal(since, replays[0].Since.ToUnixTimeMilliseconds());
        Assert.All(replays, replay => Assert.Equal(("m", Lane.Priority, 1), (replay.Model, replay.Lane, replay.Items)));
        await Store.ReleaseAsync("a");
        await Store.RemoveAsync("b");
        await Store.WriteAsync([Letter("c")]);
        // Makes room: "a" and "e" go.
        _limits.MaxCount = 3;
        await Store.WriteAsync([Letter("d")]);

        Assert.Equal(["f"], (await Store.ReplayingAsync()).Select(replay => replay.Id));
    }

    [Fact]
    public async Task A_replay_that_is_asked_for_again_is_under_way_once_and_since_then()
    {
        await Store.WriteAsync([Letter("a")]);
        await Store.ClaimAsync("a");
        _time.Advance(TimeSpan.FromMinutes(11));
        await Store.ClaimAsync("a");

        var replay = Assert.Single(await Store.ReplayingAsync());
        Assert.Equal(_time.GetUtcNow().ToUnixTimeMilliseconds(), replay.Since.ToUnixTimeMilliseconds());
        Assert.Equal((await Store.FindAsync("a"))!.ReplayingSince, replay.Since);
    }

    [Fact]
    public async Task A_replay_is_not_under_way_any_more_when_its_letter_has_gone_by_itself()
    {
        await Store.WriteAsync([Letter("a")]);
        _time.Advance(TimeSpan.FromDays(6));
        await Store.ClaimAsync("a");

        // The letter's life is counted by the store's clock: to that it is a new one.
        _time.Advance(TimeSpan.FromDays(6.9));
        Assert.Single(await Store.ReplayingAsync());
        _time.Advance(TimeSpan.FromDays(0.2));
        Assert.Empty(await Store.ReplayingAsync());
    }

    [Fact]
    public async Task To_know_what_is_being_replayed_no_letter_is_read()
    {
        await Store.WriteAsync([.. Enumerable.Range(0, 200).Select(i => Letter($"{i}"))]);
        for (var i = 0; i < 200; i++)
            await Store.ClaimAsync($"{i}");

        var before = _redis.Database.Multiplexer.OperationCount;
        Assert.Equal(200, (await Store.ReplayingAsync()).Count);
        Assert.InRange(_redis.Database.Multiplexer.OperationCount - before, 1, 50);
    }

    [Fact]
    public async Task The_oldest_make_room_for_the_newest()
    {
        _limits.MaxCount = 3;
        for (var i = 0; i < 5; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(i < 3 ? 0 : 1, (await Store.WriteAsync([Letter($"{i}")])).Dropped);
        }

        Assert.Equal(["4", "3", "2"], (await AllAsync()).Letters.Select(letter => letter.Id));
        Assert.Null(await Store.FindAsync("0"));
    }

    [Fact]
    public async Task Bytes_are_a_limit_too_and_what_is_removed_frees_them()
    {
        _limits.MaxBytes = 100;
        await Store.WriteAsync([Letter("a") with { Bytes = 60 }]);
        await Store.RemoveAsync("a");
        Assert.Equal(0, (await Store.WriteAsync([Letter("b") with { Bytes = 60 }, Letter("c") with { Bytes = 40 }])).Dropped);
        Assert.Equal(0, (await Store.WriteAsync([Letter("c") with { Bytes = 40 }])).Dropped);

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.InRange((await Store.WriteAsync([Letter("d") with { Bytes = 30 }])).Dropped, 1, 2);
        Assert.NotNull(await Store.FindAsync("d"));
    }

    [Fact]
    public async Task A_letter_of_nothing_makes_room_and_is_removed_like_any_other()
    {
        _limits.MaxCount = 1;
        await Store.WriteAsync([Letter("empty") with { Bytes = 0 }]);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(1, (await Store.WriteAsync([Letter("nil") with { Bytes = 0 }])).Dropped);
        Assert.True(await Store.RemoveAsync("nil"));
    }

    [Fact]
    public async Task Nothing_outlives_its_week()
    {
        await Store.WriteAsync([Letter("week")]);
        foreach (var key in new[] { Keys.DeadLetter("week"), Keys.DeadLetters, Keys.DeadLetterSizes })
            Assert.InRange(await _redis.Database.KeyTimeToLiveAsync(key) ?? TimeSpan.MaxValue, TimeSpan.FromDays(6.9), TimeSpan.FromDays(7));

        _time.Advance(TimeSpan.FromDays(7.1));
        await Store.WriteAsync([Letter("b")]);

        Assert.Equal(["b"], (await AllAsync()).Letters.Select(letter => letter.Id));
        Assert.Equal(["b"], (await _redis.Database.SortedSetRangeByRankAsync(Keys.DeadLetters)).Select(id => id.ToString()));
    }

    [Fact]
    public async Task Pages_of_letters_of_one_instant_neither_skip_nor_repeat()
    {
        await Store.WriteAsync([.. Enumerable.Range(0, 500).Select(i => Letter($"{i:d3}"))]);

        var seen = new List<string>();
        DeadLetterCursor? after = null;
        do
        {
            var page = await Store.ListAsync(letter => letter.Id[^1] != '9', after, since: null, limit: 70);
            seen.AddRange(page.Letters.Select(letter => letter.Id));
            after = page.Next;
        }
        while (after is not null);

        Assert.Equal(450, seen.Count);
        Assert.Equal(450, seen.Distinct().Count());
    }

    Task<DeadLetterPage> AllAsync() => Store.ListAsync(_ => true, after: null, since: null, limit: 1_000);

    DeadLetter Letter(string id) => new()
    {
        Id = id, Reason = "model_error", Message = "No.", Model = "m", Version = "1", Lane = Lane.Priority, Tenant = "t",
        Request = "req_1", Index = 3, Items = 1, Attempts = 1, Sha256 = "00", Bytes = 8, FailedAt = _time.GetUtcNow(),
    };
}
