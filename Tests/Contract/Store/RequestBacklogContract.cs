using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Tests.Contract.Store;

/// <summary>What is waiting, what expires and what is forgotten, whichever server keeps it.</summary>
public abstract class RequestBacklogContract(string connectionString) : RequestContract(connectionString)
{
    [Fact]
    public async Task An_expired_result_is_gone_and_was_to_expire()
    {
        var record = await CreateAsync();
        await Store.CommitAsync([Samples.Result(record, "[1]")]);

        var life = await Redis.Database.KeyTimeToLiveAsync(Keys.RequestResult(record.Id));
        await Redis.Database.KeyDeleteAsync(Keys.RequestResult(record.Id));

        Assert.InRange(life!.Value, record.Ttl - TimeSpan.FromMinutes(1), record.Ttl);
        Assert.Equal(new(null, IsGone: true), await Store.FindAsync(record.Id));
        Assert.Equal(new(null, IsGone: true), await Store.WatchAsync(record.Id));
    }

    [Fact]
    public async Task An_unanswered_record_expires_after_its_deadline_and_its_time_to_live()
    {
        var record = Record() with { DeadlineAt = Time.GetUtcNow().AddMinutes(30), Ttl = TimeSpan.FromMinutes(60) };
        await Store.CreateAsync([record]);

        var life = await Redis.Database.KeyTimeToLiveAsync(Keys.Request(record.Id));

        Assert.InRange(life!.Value, TimeSpan.FromMinutes(89), TimeSpan.FromMinutes(90));
    }

    [Fact]
    public async Task A_withdrawn_request_was_never_there()
    {
        var record = await CreateAsync(items: 5);

        await Store.WithdrawAsync([record]);
        await Store.WithdrawAsync([record]);

        Assert.Null((await Store.FindAsync(record.Id)).Found);
        Assert.Equal(0, await BacklogAsync(record));
        Assert.DoesNotContain(record.Id, await UnfinishedIdsAsync());
    }

    [Fact]
    public async Task The_backlog_counts_items_that_are_not_terminal()
    {
        var model = $"m{Guid.NewGuid():N}";
        RequestRecord[] records = [.. Enumerable.Range(1, 100).Select(i => Record() with { Model = model, Items = i })];
        await Store.CreateAsync(records);
        Assert.Equal(5050, await BacklogAsync(records[0]));

        await Store.CommitAsync([.. records[..50].Select(record => Samples.Result(record, "[1]"))]);
        await Store.CancelAsync(records[50].Id);

        Assert.Equal(5050 - 1275 - 51, await BacklogAsync(records[0]));
    }

    [Fact]
    public async Task What_was_answered_of_a_lane_is_counted_until_it_is_taken()
    {
        var model = $"m{Guid.NewGuid():N}";
        RequestRecord[] records = [.. Enumerable.Range(1, 100).Select(i => Record() with { Model = model, Items = i })];
        var lane = (model, records[0].Lane);
        await Store.CreateAsync(records);
        RequestResult[] results = [.. records[..50].Select(record => Samples.Result(record, "[1]"))];
        await Store.CommitAsync(results[..25]);
        await Store.CommitAsync(results);
        await Store.WithdrawAsync([records[50]]);

        // Whoever only reads leaves it there, and admission does not take it for something that waits.
        Assert.Equal(5050 - 1275 - 51, await BacklogAsync(records[0]));
        Assert.Equal(new(Waiting: 5050 - 1275 - 51, Answered: 1275), (await Store.TakeTurnoverAsync())[lane]);
        Assert.Equal(new(Waiting: 5050 - 1275 - 51, Answered: 0), (await Store.TakeTurnoverAsync())[lane]);
    }

    [Fact]
    public async Task What_expired_unanswered_leaves_the_backlog()
    {
        var record = Record() with { Model = $"m{Guid.NewGuid():N}", Items = 7, DeadlineAt = Time.GetUtcNow().AddMinutes(1) };
        await Store.CreateAsync([record]);
        await Redis.Database.KeyDeleteAsync(Keys.Request(record.Id));
        Assert.Equal(7, await BacklogAsync(record));

        // The store's clock may be behind: for a minute a commit may still come and take it off.
        Time.Advance(record.Ttl + TimeSpan.FromMinutes(1.5));
        Assert.Equal(7, await BacklogAsync(record));

        Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, await BacklogAsync(record));
    }

    [Fact]
    public async Task Unfinished_records_come_back_whole()
    {
        var record = Record() with
        {
            Items = 2,
            Input = "{\"text\":\"a\"}\n{\"text\":\"\u00e4\"}"u8.ToArray(),
            DeadlineAt = Time.GetUtcNow().AddMinutes(5),
            Tenant = "acme",
            Metadata = new() { ["k"] = "v" },
            Traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            ReplyTo = "instance",
        };
        var ended = await CreateAsync();
        await Store.CreateAsync([record]);
        await Store.CommitAsync([Samples.Result(ended, "[1]")]);

        var unfinished = await ReadUnfinishedAsync();

        var found = Assert.Single(unfinished, candidate => candidate.Id == record.Id);
        Assert.Equal(record.Input.ToArray(), found.Input.ToArray());
        Assert.Equal(record.Metadata, found.Metadata);
        Assert.Equal(record, found with { Input = record.Input, Metadata = record.Metadata });
        Assert.DoesNotContain(unfinished, candidate => candidate.Id == ended.Id);
    }

    [Fact]
    public async Task Only_those_that_are_wanted_are_read()
    {
        var (wanted, other) = (await CreateAsync(), await CreateAsync());
        var offered = new List<OpenRequest>();

        var read = new List<string>();
        await foreach (var record in Store.UnfinishedAsync(IsWanted, TestContext.Current.CancellationToken))
            read.Add(record.Id);

        Assert.Equal([wanted.Id], read);
        Assert.Contains(new(other.Id, other.Model, other.Lane), offered);
        Assert.Equal(other.CreatedAt.ToUnixTimeMilliseconds(), new OpenRequest(other.Id, "", default).CreatedAt.ToUnixTimeMilliseconds());

        bool IsWanted(OpenRequest request)
        {
            offered.Add(request);
            return request.Id == wanted.Id;
        }
    }

    [Fact]
    public async Task A_result_drops_the_input()
    {
        var record = await CreateAsync();
        await Store.CommitAsync([Samples.Result(record, "[1]")]);

        Assert.False(await Redis.Database.KeyExistsAsync(Keys.Request(record.Id)));
        Assert.DoesNotContain("hello", (string)(await Redis.Database.StringGetAsync(Keys.RequestResult(record.Id)))!);
    }

    [Fact]
    public async Task A_lane_never_holds_more_items_than_its_limit()
    {
        var model = $"m{Guid.NewGuid():N}";
        var limits = new AdmissionLimits(Items: 50, Bytes: 1 << 20);
        RequestRecord[] offered = [.. Enumerable.Range(0, 60).Select(_ => InShard(9) with { Model = model, Items = 3 })];

        var answers = await Task.WhenAll(offered.Chunk(4).Select(records => Store.CreateAsync(records, limits)));

        var verdicts = answers.SelectMany(some => some).ToArray();
        Assert.Equal(16, verdicts.Count(answer => answer.Verdict == Admission.Admitted));
        Assert.Equal(44, verdicts.Count(answer => answer.Verdict == Admission.LaneFull));
        Assert.Equal(48, verdicts.Max(answer => answer.Held));
        Assert.Equal(48, await BacklogAsync(offered[0]));
        Assert.Equal(16, (await ReadUnfinishedAsync()).Count(record => record.Model == model));
    }

    [Fact]
    public async Task A_limit_of_bytes_holds_too_and_what_ends_makes_room()
    {
        var model = $"m{Guid.NewGuid():N}";
        var limits = new AdmissionLimits(Items: 1_000, Bytes: 25);
        RequestRecord[] offered = [.. Enumerable.Range(0, 3).Select(_ => InShard(9) with { Model = model, Input = new byte[10] })];

        var first = await Store.CreateAsync(offered, limits);
        await Store.CommitAsync([Samples.Result(offered[0], "[1]")]);
        var second = await Store.CreateAsync([offered[2]], limits);

        Assert.Equal([Admission.Admitted, Admission.Admitted, Admission.LaneFull], first.Select(answer => answer.Verdict));
        Assert.Equal(Admission.Admitted, second.Single().Verdict);
    }

    [Fact]
    public async Task A_tenant_has_a_limit_of_its_own()
    {
        var model = $"m{Guid.NewGuid():N}";
        var limits = new AdmissionLimits(Items: 1_000, Bytes: 1 << 20, TenantItems: 4);
        RequestRecord Of(string tenant) => InShard(9) with { Model = model, Items = 2, Tenant = tenant };
        RequestRecord[] offered = [Of("a"), Of("a"), Of("a"), Of("b")];

        var answers = await Store.CreateAsync(offered, limits);
        await Store.WithdrawAsync([offered[0]]);
        var after = await Store.CreateAsync([Of("a"), Of("a")], limits);

        Assert.Equal(
            [Admission.Admitted, Admission.Admitted, Admission.TenantFull, Admission.Admitted],
            answers.Select(answer => answer.Verdict));
        Assert.Equal([Admission.Admitted, Admission.TenantFull], after.Select(answer => answer.Verdict));
    }

    [Fact]
    public async Task What_is_empty_leaves_no_count_behind()
    {
        var model = $"m{Guid.NewGuid():N}";
        var record = InShard(9) with { Model = model };
        await Store.CreateAsync([record]);
        await Store.CommitAsync([Samples.Result(record, "[1]")]);
        await Store.TakeTurnoverAsync();

        var fields = await Redis.Database.HashKeysAsync(Keys.RequestBacklog(Keys.ShardName(9)));

        Assert.DoesNotContain(fields, field => field.ToString().Contains(model));
    }

    RequestRecord InShard(int shard) => Record() with { Id = RequestId.New(Time.GetUtcNow(), shard) };
}
