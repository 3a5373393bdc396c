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
    const int MostAtOnce = 32;
    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    // Bounded by the prefetch: a chunk that waits here is on loan still.
    readonly Channel<PendingChunk> _leaving = Channel.CreateUnbounded<PendingChunk>(new() { SingleReader = true });

    public void Add(PendingChunk chunk) => _leaving.Writer.TryWrite(chunk);

    /// <summary>No more chunks will come: <see cref="RunAsync"/> ends when the last one has left.</summary>
    public void Finish() => _leaving.Writer.TryComplete();

    public async Task RunAsync(CancellationToken giveUp)
    {
        var chunks = new List<PendingChunk>();
        while (await _leaving.Reader.WaitToReadAsync(giveUp))
        {
            chunks.Clear();
            while (chunks.Count < MostAtOnce && _leaving.Reader.TryRead(out var chunk))
                chunks.Add(chunk);

            await Task.WhenAll(chunks.Select(chunk => LeaveAsync(chunk, giveUp)));
        }
    }

    async Task LeaveAsync(PendingChunk chunk, CancellationToken giveUp)
    {
        var departure = chunk.Departure ?? throw new InvalidOperationException("The chunk does not leave.");
        await PublishAsync(chunk.Chunk with { Attempt = departure.Attempt }, departure.Rung, giveUp);
        if (departure.Rung is { } rung)
            metrics.StoodAside(chunk, rung);

        chunk.Model.Lanes.LoansOf(chunk.Lane).Left(chunk);
        metrics.Acked(chunk);
        chunk.Ack();
    }

    /// <summary>A full rung or a broker that is away is waited for: the loan keeps the chunk meanwhile.</summary>
    async Task PublishAsync(Chunk chunk, RetryRung? rung, CancellationToken giveUp)
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await (rung is { } aside
                    ? publisher().PublishLaterAsync(chunk, aside, giveUp)
                    : publisher().PublishAsync(chunk, giveUp));
                return;
            }
            catch (Exception outage) when (outage is BrokerRefusedException or BrokerUnavailableException)
            {
                log.LadderRefused(rung?.Name(), pause, outage.Message);
            }

            await Task.Delay(pause, clock.Time, giveUp);
        }
    }
}
