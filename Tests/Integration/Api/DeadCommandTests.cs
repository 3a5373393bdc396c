using SkillAi.Queue.Client.Commands;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Tests.Integration.Api;

/// <summary><c>skillai dead</c> against a running API.</summary>
public sealed class DeadCommandTests(SharedServers servers) : ApiTest(servers)
{
    [Fact]
    public async Task Letters_are_deleted_page_by_page_until_none_matches()
    {
        await using var host = await StartAsync();
        var store = host.Get<DeadLetterStore>();
        await store.WriteAsync([.. Enumerable.Range(0, 1_200).Select(i => Letter($"dead_{i}", "model_error")), Letter("other", "model_nan")]);

        Assert.Equal(0, await RunAsync(host, "delete", "--reason", "model_error"));

        Assert.Equal("other", Assert.Single((await store.ListAsync(_ => true, after: null, since: null, limit: 10)).Letters).Id);
        Assert.Equal(0, await RunAsync(host, "delete", "other"));
        Assert.Null(await store.FindAsync("other"));
    }

    [Theory]
    [InlineData(1, "delete")]
    [InlineData(1, "replay")]
    [InlineData(1, "show", "dead_none")]
    [InlineData(1, "replay", "dead_none")]
    [InlineData(0, "list", "--model", "m", "--since", "2026-01-01T00:00:00Z")]
    [InlineData(0, "replay", "--all")]
    public async Task The_exit_code_says_whether_it_was_done(int expected, params string[] arguments)
    {
        await using var host = await StartAsync();

        Assert.Equal(expected, await RunAsync(host, arguments));
    }

    static Task<int> RunAsync(ApiHost host, params string[] arguments) => SkillAiCommands.RunAsync(
        SkillAiCommands.Create(TimeProvider.System), ["dead", .. arguments, "--url", host.Address.ToString()]);

    static DeadLetter Letter(string id, string reason) => new()
    {
        Id = id, Reason = reason, Message = "No.", Model = "m", Version = "1", Lane = Lane.Bulk, Tenant = Tenants.Default,
        Job = "job_1", Index = 3, Items = 1, Attempts = 1, Sha256 = "00", Bytes = 0, FailedAt = TimeProvider.System.GetUtcNow(),
    };
}
