using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Requests;

/// <summary>Waits for a request's end: woken by its wake-up, re-reading on a slow tick because wake-ups may be lost, and
/// when its deadline is over, which ends it. Ends early when this instance stops.</summary>
sealed class RequestWaiter(
    RequestStore store, WakeUps wakeUps, TimeProvider time, IHostApplicationLifetime lifetime)
{
    static readonly TimeSpan Tick = TimeSpan.FromSeconds(2);

    /// <summary>Waits for a request that was accepted before.</summary>
    public async Task<RequestResource> WaitAsync(string id, TimeSpan wait, CancellationToken cancellationToken)
    {
        // First the ticket, then the look: an end in between is not missed.
        var ticket = wakeUps.Expect(id);
        try
        {
            return await WaitAsync(ticket, (await store.WatchAsync(id)).Found(), wait, cancellationToken);
        }
        finally
        {
            ticket.Dispose();
        }
    }

    /// <summary>The resource as it is at its end or, when that does not come in time, as last seen.</summary>
    /// <param name="ticket">Taken before <paramref name="seen"/> was read or the request was published. Given away:
    /// it is disposed here.</param>
    public async Task<RequestResource> WaitAsync(
        WakeUps.Ticket ticket, RequestResource seen, TimeSpan wait, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        var from = time.GetTimestamp();
        try
        {
            while (!seen.State.IsTerminal() && !end.IsCancellationRequested)
            {
                var left = wait - time.GetElapsedTime(from);
                if (left <= TimeSpan.Zero)
                    break;

                var ended = ticket.Ended.WaitAsync(UntilLook(seen, left), time, end.Token);
                await ((Task)ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (!ticket.Ended.IsCompleted)
                {
                    seen = (await store.FindAsync(seen.Id)).Found();
                    continue;
                }

                if (await ticket.Ended is { } outcome)
                    return seen.EndedBy(outcome);

                // Used up, by the end or by a lost connection: only reading tells.
                ticket.Dispose();
                ticket = wakeUps.Expect(seen.Id);
                seen = (await store.WatchAsync(seen.Id)).Found();
            }

            cancellationToken.ThrowIfCancellationRequested();
            return seen;
        }
        finally
        {
            ticket.Dispose();
        }
    }

    TimeSpan UntilLook(RequestResource seen, TimeSpan left)
    {
        var look = left < Tick ? left : Tick;
        // In whole milliseconds, as timers go: one that is early would look for nothing.
        return RequestDeadline.Left(seen, time.GetUtcNow()) is { } expires && expires < look
            ? TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(expires.TotalMilliseconds)))
            : look;
    }
}
