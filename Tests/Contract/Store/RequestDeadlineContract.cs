using System.Text;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Transport.Redis;
using Xunit;

namespace SkillAi.Queue.Tests.Contract.Store;

/// <summary>What has no answer by its deadline has expired, whoever looks.</summary>
public abstract class RequestDeadlineContract(string connectionString) : RequestContract(connectionString)
{
    static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(300);

    /// <summary>The deadline, and what an answer made in time may take to be stored.</summary>
    static readonly TimeSpan Over = Deadline + TimeSpan.FromMilliseconds(50);

    [Theory]
    [InlineData("find")]
    [InlineData("watch")]
    [InlineData("cancel")]
    public async Task Who_looks_past_the_deadline_ends_the_request(string look)
    {
        var record = await CreateDueAsync(items: 2);
        Time.Advance(Over);

        var found = (await LookAsync(look, record.Id)).Found!;

        Assert.Equal(RequestState.Expired, found.State);
        Assert.Equal("[{\"outcome\":\"expired\"},{\"outcome\":\"expired\"}]", Encoding.UTF8.GetString(found.Outputs!.Value.Utf8.Span));
        Assert.Equal(0, await BacklogAsync(record));
        Assert.DoesNotContain(record.Id, await UnfinishedIdsAsync());
        Assert.False((await Store.CommitAsync([Samples.Result(record, "[1,2]")])).Single());
        Assert.Equal(RequestState.Expired, (await Store.FindAsync(record.Id)).Found!.State);
    }

    [Fact]
    public async Task An_answer_that_was_made_in_time_may_be_stored_a_little_later()
    {
        var record = await CreateDueAsync();
        Time.Advance(Over - TimeSpan.FromMilliseconds(1));
        Assert.Equal(RequestState.Queued, (await Store.FindAsync(record.Id)).Found!.State);

        await Store.CommitAsync([Samples.Result(record, "[1]")]);
        Time.Advance(Over);

        Assert.Equal(RequestState.Succeeded, (await Store.FindAsync(record.Id)).Found!.State);
    }

    [Fact]
    public async Task A_request_without_a_deadline_never_expires()
    {
        var record = await CreateAsync();
        Time.Advance(TimeSpan.FromDays(6));

        Assert.Equal(RequestState.Queued, (await Store.FindAsync(record.Id)).Found!.State);
    }

    [Fact]
    public async Task What_ends_early_does_not_count_as_answered_by_its_lane()
    {
        var lane = $"m{Guid.NewGuid():N}";
        var (expired, cancelled, answered) = (Due() with { Model = lane }, Record() with { Model = lane }, Record() with { Model = lane });
        await Store.CreateAsync([expired]);
        await Store.CreateAsync([cancelled]);
        await Store.CreateAsync([answered]);
        Time.Advance(Over);

        await Store.FindAsync(expired.Id);
        await Store.CancelAsync(cancelled.Id);
        await Store.CommitAsync([Samples.Result(answered, "[1]")]);

        Assert.Equal(new(Waiting: 0, Answered: 1), (await Store.TakeTurnoverAsync())[(lane, answered.Lane)]);
    }

    RequestRecord Due() => Record() with { DeadlineAt = Time.GetUtcNow() + Deadline };

    async Task<RequestRecord> CreateDueAsync(int items = 1)
    {
        var record = Due() with { Model = $"m{Guid.NewGuid():N}", Items = items };
        await Store.CreateAsync([record]);
        return record;
    }

    Task<Lookup<RequestResource>> LookAsync(string look, string id) => look switch
    {
        "find" => Store.FindAsync(id),
        "watch" => Store.WatchAsync(id),
        _ => Store.CancelAsync(id),
    };
}
