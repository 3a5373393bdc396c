using System.Threading.Channels;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Worker.Pipeline;
using SkillAi.Queue.Worker.Telemetry;

namespace SkillAi.Queue.Worker.Failures;

/// <summary>Publishes chunks that leave this worker, to their rung or their lane's end, and only then lets the broker
/// forget the loan: a death in between runs a chunk twice, which the store notices, and loses none.</summary>
sealed class Ladder(Func<IChunkPublisher> publisher, WorkerClock clock, WorkerMetrics metrics, ILogger log)
{
    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    // Bounded by the prefetch: a chunk that waits here is on loan still.
    readonly Channel<PendingChunk> _leaving = Channel.CreateUnbounded<PendingChunk>(new() { SingleReader = true });

    public void Add(PendingChunk chunk) => _leaving.Writer.TryWrite(chunk);

    /// <summary>No more chunks will come: <see cref="RunAsync"/> ends when the last one has left.</summary>
    public void Finish() => _leaving.Writer.TryComplete();

    public async Task RunAsync(CancellationToken giveUp)
    {
        // Each by itself: a queue that refuses must not hold up those that go elsewhere.
        var leaving = new List<Task>();
        await foreach (var chunk in _leaving.Reader.ReadAllAsync(giveUp))
        {
            leaving.RemoveAll(task => task.IsCompletedSuccessfully);
            leaving.Add(LeaveAsync(chunk, giveUp));
        }

        await Task.WhenAll(leaving);
    }

    async Task LeaveAsync(PendingChunk chunk, CancellationToken giveUp)
    {
        try
        {
            await PublishAsync(chunk, giveUp);
            chunk.Model.Lanes.LoansOf(chunk.Lane).Left(chunk);
            metrics.Acked(chunk);
            chunk.Ack();
        }
        catch (Exception broken)
        {
            _leaving.Writer.TryComplete(broken);
            throw;
        }
    }

    /// <summary>A full rung or a broker that is away is waited for: the loan keeps the chunk meanwhile. Once that is lost
    /// the broker lends the chunk again, as it was: another one would be one too many.</summary>
    async Task PublishAsync(PendingChunk chunk, CancellationToken giveUp)
    {
        var (rung, attempt) = chunk.Departure ?? throw new InvalidOperationException("The chunk does not leave.");
        for (var pause = FirstPause; !chunk.IsLost; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await PublishAsync(chunk.Chunk with { Attempt = attempt }, rung, giveUp);
                if (rung is { } aside)
                    metrics.StoodAside(chunk, aside);

                return;
            }
            catch (Exception outage) when (outage is BrokerRefusedException or BrokerUnavailableException)
            {
                log.LadderRefused(rung?.Name(), pause, outage.Message);
            }

            await Task.Delay(pause, clock.Time, giveUp);
        }
    }

    Task PublishAsync(Chunk chunk, RetryRung? rung, CancellationToken giveUp) => rung is { } aside
        ? publisher().PublishLaterAsync(chunk, aside, giveUp)
        : publisher().PublishAsync(chunk, giveUp);
}
