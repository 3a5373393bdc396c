using System.Threading.Channels;

namespace SkillAi.Queue.Transport.InProcess;

/// <summary>Who holds loans of a queue. <see cref="Loans"/> and <see cref="IsDead"/> are written under the queue's
/// lock only.</summary>
sealed class InProcessConsumer(int prefetch)
{
    // A signal that stays set until it is seen, so that a wake-up between a look and a wait is not lost.
    readonly Channel<bool> _signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    volatile bool _isDead;

    public int Prefetch { get; } = prefetch;

    public HashSet<InProcessMessage> Loans { get; } = [];

    public bool IsDead
    {
        get => _isDead;
        set => _isDead = value;
    }

    public void Wake() => _signal.Writer.TryWrite(true);

    /// <summary>Waits until something may have changed; false when cancelled.</summary>
    public async ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _signal.Reader.ReadAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
