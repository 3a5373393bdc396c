using Microsoft.Extensions.Time.Testing;

namespace SkillAi.Queue.Tests.Unit.Worker;

/// <summary>Passes like real time, but jumps over what the runs of a <see cref="FakeModel"/> last. During a warm-up it
/// does nothing else, so that what is measured there is exact on any machine.</summary>
sealed class SkippingTime : FakeTimeProvider
{
    static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    /// <summary>Passes from now on until that has ended.</summary>
    public async Task PassAsync(Task until)
    {
        var last = System.GetTimestamp();
        while (!until.IsCompleted)
        {
            await Task.Delay(Tick, System);
            var now = System.GetTimestamp();
            Advance(System.GetElapsedTime(last, now));
            last = now;
        }
    }
}
