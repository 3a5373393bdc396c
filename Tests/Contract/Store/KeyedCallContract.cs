using System.Text;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Transport.Redis;
using Xunit;

namespace SkillAi.Queue.Tests.Contract.Store;

/// <summary>Calls that carry an idempotency key, whichever server keeps them.</summary>
public abstract class KeyedCallContract : IAsyncDisposable
{
    readonly RedisConnection _redis;
    readonly KeyedCallStore _store;
    readonly string _scope = Guid.NewGuid().ToString("N");

    protected KeyedCallContract(string connectionString)
    {
        _redis = new(connectionString);
        _store = new(_redis);
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _redis.DisposeAsync();
    }

    [Fact]
    public async Task A_call_runs_once_at_a_time()
    {
        Assert.Equal(new(KeyedCallState.Begun, null, null, null), await _store.BeginAsync(_scope, "a", "target"));

        Assert.Equal(KeyedCallState.Running, (await _store.BeginAsync(_scope, "b", "target")).State);
        Assert.True(await _store.RenewAsync(_scope, "a"));
        Assert.False(await _store.RenewAsync(_scope, "b"));
        Assert.False(await _store.BindAsync(_scope, "b", "theirs", fingerprint: null));
    }

    [Fact]
    public async Task Of_many_that_begin_at_once_one_runs()
    {
        var begun = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => _store.BeginAsync(_scope, $"{i}", "target")));

        Assert.Single(begun, call => call.State == KeyedCallState.Begun);
    }

    [Fact]
    public async Task An_answer_is_kept_for_a_day()
    {
        var body = "{\"id\":\"ä\"}"u8.ToArray();
        await _store.BeginAsync(_scope, "a", "target");
        Assert.True(await _store.FinishAsync(_scope, "a", "hash", new(202, "/v1/jobs/j", "application/json", body)));

        var repeat = await _store.BeginAsync(_scope, "b", "target");

        Assert.Equal((KeyedCallState.Answered, "hash"), (repeat.State, repeat.Fingerprint));
        Assert.Equal((202, "/v1/jobs/j", "application/json"),
            (repeat.Answer!.Status, repeat.Answer.Location, repeat.Answer.ContentType));
        Assert.Equal(body, repeat.Answer.Body.ToArray());
        Assert.InRange(
            (await _redis.Database.KeyTimeToLiveAsync(Keys.KeyedCall(_scope)))!.Value,
            TimeSpan.FromHours(23.9), TimeSpan.FromHours(24));
        Assert.False(await _redis.Database.KeyExistsAsync(Keys.KeyedCallLease(_scope)));
    }

    [Fact]
    public async Task A_key_means_one_call_whatever_became_of_it()
    {
        await _store.BeginAsync(_scope, "a", "target");

        Assert.Equal(KeyedCallState.Other, (await _store.BeginAsync(_scope, "b", "another")).State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_call_that_was_given_up_can_be_tried_again(bool forget)
    {
        await _store.BeginAsync(_scope, "a", "target");
        await _store.BindAsync(_scope, "a", "job", "hash");
        await _store.ReleaseAsync(_scope, "b", forget: true);
        await _store.ReleaseAsync(_scope, "a", forget);

        var again = await _store.BeginAsync(_scope, "b", forget ? "another" : "target");

        Assert.Equal(
            forget ? new(KeyedCallState.Begun, null, null, null) : new(KeyedCallState.Begun, "job", "hash", null), again);
    }

    [Fact]
    public async Task A_call_whose_process_died_is_taken_over_with_what_it_noted()
    {
        await _store.BeginAsync(_scope, "dead", "target");
        await _store.BindAsync(_scope, "dead", "job", fingerprint: null);
        await _redis.Database.KeyDeleteAsync(Keys.KeyedCallLease(_scope));

        Assert.Equal(new(KeyedCallState.Begun, "job", null, null), await _store.BeginAsync(_scope, "next", "target"));

        Assert.False(await _store.RenewAsync(_scope, "dead"));
        Assert.False(await _store.FinishAsync(_scope, "dead", "hash", new(202, null, null, Encoding.UTF8.GetBytes("x"))));
    }

    [Fact]
    public async Task A_call_that_another_has_answered_is_not_ours_again()
    {
        await _store.BeginAsync(_scope, "slow", "target");
        await _redis.Database.KeyDeleteAsync(Keys.KeyedCallLease(_scope));
        await _store.BeginAsync(_scope, "next", "target");
        await _store.FinishAsync(_scope, "next", "hash", new(202, null, null, Encoding.UTF8.GetBytes("x")));

        Assert.False(await _store.RenewAsync(_scope, "slow"));

        Assert.False(await _store.FinishAsync(_scope, "slow", "hash", new(409, null, null, Encoding.UTF8.GetBytes("y"))));
        Assert.Equal(202, (await _store.BeginAsync(_scope, "repeat", "target")).Answer!.Status);
    }

    [Fact]
    public async Task A_lease_that_ran_out_and_that_nobody_wanted_is_ours_again()
    {
        await _store.BeginAsync(_scope, "a", "target");
        await _redis.Database.KeyDeleteAsync(Keys.KeyedCallLease(_scope));

        Assert.True(await _store.RenewAsync(_scope, "a"));

        Assert.Equal(KeyedCallState.Running, (await _store.BeginAsync(_scope, "b", "target")).State);
        Assert.InRange(
            (await _redis.Database.KeyTimeToLiveAsync(Keys.KeyedCallLease(_scope)))!.Value,
            TimeSpan.FromSeconds(10), KeyedCallStore.Lease);
    }
}
