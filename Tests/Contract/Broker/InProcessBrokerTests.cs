using SkillAi.Queue.Contracts;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Transport.InProcess;

namespace SkillAi.Queue.Tests.Contract.Broker;

public sealed class InProcessBrokerTests : BrokerContract
{
    readonly InProcessOptions _limits = new();
    readonly InProcessBroker _broker;

    public InProcessBrokerTests() => _broker = new(_limits, TimeProvider.System);

    protected override IChunkPublisher Publisher => _broker;

    public override ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    protected override IChunkSource NewWorker() => new InProcessSource(_broker);

    protected override Task KillAsync(IChunkSource worker)
    {
        ((InProcessSource)worker).Dispose();
        return Task.CompletedTask;
    }

    protected override Task LimitAsync(int messages, int bytes)
    {
        _limits.MaxItems = messages;
        _limits.MaxBytes = bytes;
        return Task.CompletedTask;
    }

    [Fact]
    public async Task What_is_handed_back_comes_first_again()
    {
        await PublishAsync(count: 3);
        await using var reading = new Reading(NewWorker(), Model, prefetch: 3);
        var deliveries = await reading.NextAsync(2);

        deliveries[1].Requeue();
        deliveries[0].Requeue();

        Assert.Equal([0, 1, 2], (await reading.NextAsync(3)).Select(delivery => delivery.Chunk.Index));
    }

    protected override Task<Chunk> NextDeadLetterAsync() => Task.FromResult(Assert.Single(_broker.DeadLetters));
}
