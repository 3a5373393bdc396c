using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Jobs;

/// <summary>Says from time to time that an upload is alive, whether or not anything arrives.</summary>
sealed class UploadPulse : IAsyncDisposable
{
    /// <summary>A third of the time after which an untouched upload is taken for dead.</summary>
    static readonly TimeSpan Every = JobTimes.UploadPatience / 3;

    readonly CancellationTokenSource _stop = new();
    readonly Task _beating;

    public UploadPulse(string job, UploadStore store, TimeProvider time) => _beating = BeatAsync(job, store, time);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _beating;
        _stop.Dispose();
    }

    async Task BeatAsync(string job, UploadStore store, TimeProvider time)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
                await TryTouchAsync(job, store);
        }
        catch (OperationCanceledException)
        {
            // The upload has ended.
        }
    }

    static async Task TryTouchAsync(string job, UploadStore store)
    {
        try
        {
            await store.TouchAsync(job);
        }
        catch (StoreUnavailableException)
        {
            // The next append or touch says it again.
        }
    }
}
