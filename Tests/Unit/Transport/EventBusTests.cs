using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using MassTransit;
using Microsoft.Extensions.Logging.Abstractions;
using SkillAi.Queue.Contracts.Events;
using SkillAi.Queue.Transport.Events;

namespace SkillAi.Queue.Tests.Unit.Transport;

public sealed class EventBusTests
{
    [Fact]
    public async Task What_the_bus_throws_while_it_is_stopped_does_not_fail_the_program()
    {
        var bus = DispatchProxy.Create<IBus, BusBelow>();
        var below = (BusBelow)(object)bus;
        using var events = new EventBus(bus, TimeProvider.System, NullLogger<EventBus>.Instance);
        await events.StartAsync(CancellationToken.None);
        events.Publish(new WorkCancelled("job_1"));
        await below.Asked.Task;

        var stopped = events.StopAsync(CancellationToken.None);
        below.Answer.SetException(new InvalidOperationException("The channel is gone."));

        await stopped;
        Assert.False(events.ExecuteTask!.IsFaulted);
    }
}

/// <summary>A bus whose every call fails or ends when it is told to.</summary>
[SuppressMessage("Design", "MA0053", Justification = "The proxy is derived from it at run time.")]
public class BusBelow : DispatchProxy
{
    public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        Asked.TrySetResult();
        return Answer.Task;
    }
}
