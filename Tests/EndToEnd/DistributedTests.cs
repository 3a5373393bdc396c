using SkillAi.Queue.Tests.Servers;

namespace SkillAi.Queue.Tests.EndToEnd;

/// <summary>The two programs of a cluster, against a real RabbitMQ and a real Redis.</summary>
public sealed class DistributedTests : IDisposable
{
    const int Items = 30_000;

    readonly string _folder = Directory.CreateTempSubdirectory("skillai-cluster-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_killed_worker_loses_and_doubles_nothing()
    {
        await using var rabbit = await RabbitMqServer.StartNewAsync();
        await using var redis = await RedisServer.StartNewAsync();
        await using var api = Start("Producer.Api", rabbit, redis);
        await using var victim = Start("Worker", rabbit, redis);
        await using var survivor = Start("Worker", rabbit, redis);
        await Task.WhenAll(api.ReadyAsync(), victim.ReadyAsync(), survivor.ReadyAsync());

        var job = await api.Client.SubmitJobAsync(
            BigJob.Items(Items), new("moderation"), Cancellation);
        await BigJob.UnderWayAsync(api.Client, job.Id, Cancellation);
        await victim.KillAsync();

        await BigJob.AssertExactAsync(api.Client, job.Id, Items, Cancellation);
        Assert.Equal(0, await survivor.TerminateAsync());
        Assert.Equal(0, await api.TerminateAsync());
    }

    [Fact]
    public async Task Programs_may_start_before_their_servers_which_may_restart_in_the_middle_of_a_job()
    {
        await using var rabbit = RabbitMqServer.Create();
        await using var redis = RedisServer.Create();
        await using var api = Start("Producer.Api", rabbit, redis);
        await using var worker = Start("Worker", rabbit, redis);
        await Task.WhenAll(rabbit.StartAsync(), redis.StartAsync());
        await Task.WhenAll(api.ReadyAsync(), worker.ReadyAsync());

        var job = await api.Client.SubmitJobAsync(
            BigJob.Items(Items), new("moderation"), Cancellation);
        await BigJob.UnderWayAsync(api.Client, job.Id, Cancellation);
        await rabbit.StopAsync();
        await rabbit.StartAsync();
        await redis.KillAsync();
        await redis.StartAsync();

        await Task.WhenAll(api.ReadyAsync(), worker.ReadyAsync());
        await BigJob.AssertExactAsync(api.Client, job.Id, Items, Cancellation);
    }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    ServiceProcess Start(string project, RabbitMqServer rabbit, RedisServer redis) =>
        ServiceProcess.StartNew(project, rabbit.Url, redis.ConnectionString, SlowModel.Write(_folder));
}
