using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Jobs;
using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Tests.Integration.Api;

/// <summary>The store goes away and comes back while a body arrives.</summary>
public sealed class UploadOutageTests : IAsyncLifetime
{
    readonly RedisServer _redis = RedisServer.Create();
    ApiHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        await _redis.StartAsync();
        _host = await ApiHost.StartAsync(_redis.ConnectionString);
        await _host.DeclareAsync("m");
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _redis.DisposeAsync();
    }

    [Theory]
    [InlineData(128)]
    [InlineData(1280)]
    public async Task An_outage_of_some_seconds_slows_an_upload_and_nothing_else(int before)
    {
        using var upload = await SlowUpload.BeginAsync(_host);
        await upload.SendAsync(ApiTest.Numbered(before));
        await Eventually.IsTrueAsync(async () => (await FindAsync())?.Received == before);

        await _redis.KillAsync();
        await upload.SendAsync(ApiTest.Numbered(2000));
        var ended = upload.EndAsync();
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System);
        Assert.False(ended.IsCompleted);
        await _redis.StartAsync();

        Assert.Contains("202", await ended);
        var job = await FindAsync();
        Assert.Equal((JobState.Running, before + 2000L), (job!.State, job.Received));
        Assert.Equal(before / 128 + 16, (await _host.Get<JobStore>().ReadChunkStartsAsync(job.Record.Id)).Length);
    }

    async Task<JobSnapshot?> FindAsync() =>
        (await _host.Get<JobStore>().ListAsync(Tenants.Default, after: null, limit: 1)).SingleOrDefault();
}
