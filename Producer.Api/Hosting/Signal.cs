namespace SkillAi.Queue.Producer.Hosting;

/// <summary>Wakes one waiter. Setting it while nobody waits is remembered once.</summary>
sealed class Signal
{
    volatile TaskCompletionSource _set = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Set() => _set.TrySetResult();

    /// <summary>Returns when the signal is set or the time is over. What the signal announces must be looked at after
    /// this returns, never before it.</summary>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        await _set.Task.WaitAsync(atMost, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        if (_set.Task.IsCompleted)
            _set = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
