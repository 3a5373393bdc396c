using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SkillAi.Queue.Contracts.Events;
using SkillAi.Queue.Tests.Chaos;
using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Transport.Events;

namespace SkillAi.Queue.Tests.EndToEnd;

/// <summary>A broker of three nodes loses one.</summary>
public sealed class BrokerClusterTests : IDisposable
{
    const int Items = 60_000;

    readonly string _folder = Directory.CreateTempSubdirectory("skillai-nodes-").FullName;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The node is killed that has the connections of all programs and leads the queues.</summary>
    [Fact]
    public async Task A_node_that_is_killed_in_the_middle_of_a_job_loses_and_doubles_nothing()
    {
        await using var redis = await RedisServer.StartNewAsync();
        await using var rabbit = await RabbitMqCluster.StartNewAsync();
        var (victim, others) = (rabbit.Nodes[0], rabbit.Nodes.Skip(1).ToArray());

        // While nobody can connect elsewhere, everybody connects to the victim; who declares a queue has its leader near.
        await Task.WhenAll(others.Select(node => node.ControlAsync("suspend_listeners")));
        await using var api = Start("Producer.Api", rabbit, redis);
        await using var one = Start("Worker", rabbit, redis);
        await using var other = Start("Worker", rabbit, redis);
        using var listener = await Listener.StartAsync(rabbit.Url);
        await Task.WhenAll(api.ReadyAsync(), one.ReadyAsync(), other.ReadyAsync(), listener.HearsAsync());
        await Task.WhenAll(others.Select(node => node.ControlAsync("resume_listeners")));
        var job = await api.Client.SubmitJobAsync(BigJob.Items(Items), new("moderation"), Cancelled);
        await BigJob.UnderWayAsync(api.Client, job.Id, Cancelled);
        Assert.Equal(3, await ReplicasAsync(rabbit, leader: victim));

        await victim.KillAsync();

        await BigJob.AssertExactAsync(api.Client, job.Id, Items, Cancelled);
        Assert.All(new[] { api, one, other }.Select(program => program.Output), output =>
        {
            Assert.Contains($"on 127.0.0.1:{victim.Port})", output);
            Assert.Contains("is lost: ", output);
        });
        await Task.WhenAll(BrokerIsEmptyAsync(others[0]), listener.HearsAsync());
    }

    /// <returns>How many nodes keep a copy of the bulk queue, which that node must lead.</returns>
    static async Task<int> ReplicasAsync(RabbitMqCluster rabbit, RabbitMqServer leader)
    {
        var queue = await leader.ControlAsync("list_queues", "--quiet", "--no-table-headers", "name", "leader", "online");
        var bulk = Assert.Single(queue.Split('\n'), line => line.StartsWith("skillai.moderation.bulk\t", StringComparison.Ordinal)).Split('\t');
        Assert.Contains($"{leader.Port}", bulk[1]);
        return rabbit.Nodes.Count(node => bulk[2].Contains($"{node.Port}", StringComparison.Ordinal));
    }

    static async Task BrokerIsEmptyAsync(RabbitMqServer survivor) =>
        Assert.True(await Eventually.HappensAsync(async () =>
        {
            var queue = await survivor.ControlAsync("list_queues", "--quiet", "--no-table-headers", "name", "messages");
            return queue.Contains("skillai.moderation.bulk\t0", StringComparison.Ordinal);
        }));

    ServiceProcess Start(string project, RabbitMqCluster rabbit, RedisServer redis) =>
        ServiceProcess.StartNew(project, rabbit.Url, redis.ConnectionString, SlowModel.Write(_folder));

    /// <summary>A process that takes part in the events.</summary>
    sealed class Listener(IHost host, ConcurrentQueue<string> heard) : IDisposable
    {
        public static async Task<Listener> StartAsync(string broker)
        {
            var heard = new ConcurrentQueue<string>();
            var builder = Host.CreateEmptyApplicationBuilder(new());
            builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:RabbitMq", broker)]);
            builder.Services.AddEvents(builder.Configuration, on => on.On<WorkCancelled>((_, work) => heard.Enqueue(work.Id)));
            var host = builder.Build();
            await host.StartAsync(Cancelled);
            return new(host, heard);
        }

        /// <summary>Says something until it is heard: what is said while nobody is connected is lost, as events may be.</summary>
        public async Task HearsAsync()
        {
            var id = $"{Guid.NewGuid():N}";
            Assert.True(await Eventually.HappensAsync(() =>
            {
                host.Services.GetRequiredService<EventBus>().Publish(new WorkCancelled(id));
                return Task.FromResult(heard.Contains(id));
            }));
        }

        public void Dispose() => host.Dispose();
    }
}
