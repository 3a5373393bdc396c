using SkillAi.Queue.Tests.Chaos;
using SkillAi.Queue.Tests.Servers;

namespace SkillAi.Queue.Tests.EndToEnd;

/// <summary>How programs stop.</summary>
public sealed class DrainTests : IDisposable
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>What the chart leaves between the limit and the kill.</summary>
    static readonly TimeSpan Margin = TimeSpan.FromSeconds(15);

    readonly string _folder = Directory.CreateTempSubdirectory("skillai-drain-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_worker_whose_broker_and_store_are_gone_stops_within_its_limit(bool isFrozen)
    {
        await using var rabbit = await RabbitMqServer.StartNewAsync();
        await using var redis = await RedisServer.StartNewAsync();
        await using var api = Start("Producer.Api", rabbit, redis);
        await using var worker = Start("Worker", rabbit, redis);
        await Task.WhenAll(api.ReadyAsync(), worker.ReadyAsync());
        var job = await api.Process.Client.SubmitJobAsync(
            BigJob.Items(30_000), new("moderation"), TestContext.Current.CancellationToken);
        await BigJob.UnderWayAsync(api.Process.Client, job.Id, TestContext.Current.CancellationToken);

        // One after the other: a worker that loses its loans first has nothing to store.
        if (isFrozen)
            redis.Freeze();
        else
            await redis.KillAsync();

        await Eventually.IsTrueAsync(() => worker.Output.Contains("cannot be stored"));
        if (isFrozen)
            rabbit.Freeze();
        else
            await rabbit.KillAsync();

        var started = TimeProvider.System.GetTimestamp();
        var code = await worker.TerminateAsync();
        var took = TimeProvider.System.GetElapsedTime(started);

        Assert.True(code == 0 && took < Limit + Margin, $"It ended with {code} after {took}:\n{worker.Output}");
    }

    Node Start(string project, RabbitMqServer rabbit, RedisServer redis) => new(
        project, Repository.Program(project, $"SkillAi.Queue.{project}"), rabbit.Port, redis.Port, new Dictionary<string, string>
        {
            ["Models__Path"] = SlowModel.Write(_folder),
            ["Models__AllowSimulated"] = "true",
            ["Worker__ShutdownTimeout"] = $"{Limit}",
        });
}
