using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SkillAi.Queue.Contracts.Events;
using SkillAi.Queue.Contracts.Jobs;
using SkillAi.Queue.Tests.Integration.Api;
using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Transport.Events;

namespace SkillAi.Queue.Tests.Integration.Events;

public sealed class EventsTests(SharedServers servers)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_process_gets_every_event(bool isDistributed)
    {
        var broker = isDistributed ? (await servers.RabbitMqAsync()).Url : null;
        await using var one = await Process.StartAsync(broker);
        await using var other = isDistributed ? await Process.StartAsync(broker) : one;
        var finished = new JobFinished(NewId(), JobState.Succeeded, 7, new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

        // A temporary queue takes a moment to be bound: said again until both have heard it.
        await Eventually.IsTrueAsync(() =>
        {
            one.Bus.Publish(finished);
            return one.Finished.Contains(finished) && other.Finished.Contains(finished);
        });
    }

    [Fact]
    public async Task Handlers_of_two_programs_in_one_process_add_up()
    {
        var first = new ConcurrentQueue<string>();
        var second = new ConcurrentQueue<string>();
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddEvents(builder.Configuration, on => on.On<WorkCancelled>((_, work) => first.Enqueue(work.Id)));
        builder.Services.AddEvents(builder.Configuration, on => on.On<WorkCancelled>((_, work) => second.Enqueue(work.Id)));
        using var host = builder.Build();
        await host.StartAsync();

        host.Services.GetRequiredService<EventBus>().Publish(new WorkCancelled("job_1"));

        await Eventually.IsTrueAsync(() => first.Contains("job_1") && second.Contains("job_1"));
        await host.StopAsync();
    }

    [Fact]
    public async Task The_bus_starts_before_its_broker()
    {
        await using var rabbitMq = RabbitMqServer.Create();
        await using var process = await Process.StartAsync(rabbitMq.Url);
        process.Bus.Publish(new WorkCancelled("lost"));

        await rabbitMq.StartAsync();

        var id = NewId();
        await Eventually.IsTrueAsync(() =>
        {
            process.Bus.Publish(new WorkCancelled(id));
            return process.Cancelled.Contains(id);
        });
    }

    [Fact]
    public async Task An_event_that_is_told_again_is_the_same_message()
    {
        await using var process = await Process.StartAsync(broker: null);
        var seen = new MessageIds();
        process.Observe(seen);
        var finished = new JobFinished("job_1", JobState.Succeeded, 7, new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        var other = finished with { Job = "job_2" };

        foreach (var told in new[] { finished, finished, other })
            process.Bus.Publish(told, told.EventId);

        await Eventually.IsTrueAsync(() => process.Finished.Count == 3);
        Assert.Equal("evt_job_1_succeeded", finished.EventId);
        var ids = seen.ToArray();
        Assert.Equal(ids[0], ids[1]);
        Assert.NotEqual(ids[0], ids[2]);
    }

    static string NewId() => Guid.NewGuid().ToString("N");

    /// <summary>Of all that was published, in order.</summary>
    sealed class MessageIds : ConcurrentQueue<Guid?>, IPublishObserver
    {
        public Task PrePublish<T>(PublishContext<T> context)
            where T : class => Task.CompletedTask;

        public Task PostPublish<T>(PublishContext<T> context)
            where T : class
        {
            Enqueue(context.MessageId);
            return Task.CompletedTask;
        }

        public Task PublishFault<T>(PublishContext<T> context, Exception exception)
            where T : class => Task.CompletedTask;
    }

    sealed class Process : IAsyncDisposable
    {
        readonly IHost _host;

        Process(string? broker)
        {
            var builder = Host.CreateEmptyApplicationBuilder(new());
            builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:RabbitMq", broker)]);
            builder.Services.AddEvents(builder.Configuration, on => on
                .On<JobFinished>((_, finished) => Finished.Enqueue(finished))
                .On<WorkCancelled>((_, cancelled) => Cancelled.Enqueue(cancelled.Id)));
            _host = builder.Build();
        }

        public ConcurrentQueue<JobFinished> Finished { get; } = new();

        public ConcurrentQueue<string> Cancelled { get; } = new();

        public void Observe(IPublishObserver observer) =>
            _host.Services.GetRequiredService<IBus>().ConnectPublishObserver(observer);

        public EventBus Bus => _host.Services.GetRequiredService<EventBus>();

        public static async Task<Process> StartAsync(string? broker)
        {
            var process = new Process(broker);
            await process._host.StartAsync();
            return process;
        }

        public async ValueTask DisposeAsync()
        {
            await _host.StopAsync();
            _host.Dispose();
        }
    }
}
