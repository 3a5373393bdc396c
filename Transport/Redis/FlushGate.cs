namespace SkillAi.Queue.Transport.Redis;

/// <summary>Lets many writers share a flush. One runs at a time; whoever comes while it does waits for the next, since
/// the running one may have begun before his write.</summary>
sealed class FlushGate(Func<Task> flush)
{
    readonly Lock _lock = new();
    Task _running = Task.CompletedTask;
    Task? _next;

    /// <summary>Completes when a flush that began after this call has ended, and fails as that does.</summary>
    public Task FlushAsync()
    {
        lock (_lock)
            return _next ??= FlushAfterAsync(_running);
    }

    async Task FlushAfterAsync(Task before)
    {
        // Never synchronously: the caller holds the lock. The failure of the flush before is not ours.
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.SuppressThrowing);
        lock (_lock)
        {
            _running = _next!;
            _next = null;
        }

        await flush();
    }
}
