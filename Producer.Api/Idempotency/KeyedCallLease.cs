using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Idempotency;

/// <summary>Keeps a call ours while it runs, however long its body takes.</summary>
sealed class KeyedCallLease : IAsyncDisposable
{
    readonly CancellationTokenSource _lost = new();
    readonly CancellationTokenSource _stop = new();
    readonly Task _renewing;

    public KeyedCallLease(KeyedCall call, TimeProvider time) => _renewing = RenewAsync(call, time);

    /// <summary>Another try has taken over: this one must stop.</summary>
    public CancellationToken Lost => _lost.Token;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _renewing;
        _stop.Dispose();
        _lost.Dispose();
    }

    async Task RenewAsync(KeyedCall call, TimeProvider time)
    {
        while (true)
        {
            await Task.Delay(KeyedCallStore.Lease / 3, time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stop.IsCancellationRequested)
                return;

            if (!await TryRenewAsync(call))
            {
                await _lost.CancelAsync();
                return;
            }
        }
    }

    static async Task<bool> TryRenewAsync(KeyedCall call)
    {
        try
        {
            return await call.RenewAsync();
        }
        catch (StoreUnavailableException)
        {
            // While it is away nobody else can take the call over either.
            return true;
        }
    }
}
