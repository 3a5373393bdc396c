using System.Text;
using SkillAi.Queue.Client;
using SkillAi.Queue.Contracts.Jobs;
using SkillAi.Queue.Tests.Chaos;
using SkillAi.Queue.Tests.Servers;

namespace SkillAi.Queue.Tests.EndToEnd;

/// <summary>An item whose run ends its worker's process, as a fault in a model's native code does.</summary>
public sealed class KillerItemTests : IDisposable
{
    const int Items = 3_000;
    const int Killer = 1_234;

    readonly string _folder = Directory.CreateTempSubdirectory("skillai-killer-").FullName;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task It_is_given_up_after_some_deaths_and_all_others_are_answered()
    {
        await using var rabbit = await RabbitMqServer.StartNewAsync();
        await using var redis = await RedisServer.StartNewAsync();
        await using var api = Start("Producer.Api", rabbit, redis);
        await using var one = Start("Worker", rabbit, redis);
        await using var other = Start("Worker", rabbit, redis);
        await Task.WhenAll(api.ReadyAsync(), one.ReadyAsync(), other.ReadyAsync());
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var deaths = Task.WhenAll(RestartAsync(one, ended.Token), RestartAsync(other, ended.Token));

        var job = await api.Process.Client.SubmitJobAsync(Lines(), new("moderation"), Cancelled);
        job = await api.Process.Client.GetJobAsync(job.Id, TimeSpan.FromMinutes(2), Cancelled);

        await ended.CancelAsync();
        Assert.Equal((JobState.Succeeded, new JobCounts(Items, Items, 0, Items - 1, 1, 0, 0)), (job.State, job.Counts));
        using var errors = new StreamReader(await api.Process.Http.GetStreamAsync(new Uri($"/v1/jobs/{job.Id}/errors", UriKind.Relative), Cancelled));
        var error = Assert.Single((await errors.ReadToEndAsync(Cancelled)).TrimEnd('\n').Split('\n'));
        Assert.Contains($"\"index\":{Killer}", error, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"worker_died\"", error, StringComparison.Ordinal);
        // Twice with others, twice alone, and once more for a worker that could not know of the last.
        Assert.InRange((await deaths).Sum(), 4, 6);
    }

    Node Start(string project, RabbitMqServer rabbit, RedisServer redis) => new(
        project, Repository.Program(project, $"SkillAi.Queue.{project}"), rabbit.Port, redis.Port, new Dictionary<string, string>
        {
            ["Models__Path"] = SlowModel.Write(_folder),
            ["Models__AllowSimulated"] = "true",
        });

    /// <returns>How often it had died by then.</returns>
    static async Task<int> RestartAsync(Node worker, CancellationToken until)
    {
        for (var deaths = 0; ; deaths++)
        {
            try
            {
                await worker.Process.ExitAsync().WaitAsync(until);
            }
            catch (OperationCanceledException)
            {
                return deaths;
            }

            try
            {
                await worker.RestartAsync();
            }
            catch (TimeoutException)
            {
                // It died before anybody saw that it was ready.
            }
        }
    }

    static MemoryStream Lines()
    {
        var lines = new StringBuilder();
        for (var i = 0; i < Items; i++)
            lines.Append(i == Killer ? $"\"{SlowModel.Killer}\"\n" : $"\"comment {i}\"\n");

        return new(Encoding.UTF8.GetBytes(lines.ToString()));
    }
}
