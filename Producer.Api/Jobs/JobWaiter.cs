using SkillAi.Queue.Contracts.Jobs;
using SkillAi.Queue.Producer.Hosting;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Jobs;

/// <summary>Waits for a job's end: looks whenever the job has moved, and on a slow tick. Ends early when this instance
/// stops.</summary>
sealed class JobWaiter(JobStore jobs, WakeUps wakeUps, TimeProvider time, IHostApplicationLifetime lifetime)
{
    static readonly TimeSpan Tick = TimeSpan.FromSeconds(2);

    public async Task<JobSnapshot> WaitAsync(string job, TimeSpan wait, CancellationToken cancellationToken)
    {
        var moved = new Signal();
        void OnMoved(string id)
        {
            if (id == job)
                moved.Set();
        }

        wakeUps.JobMoved += OnMoved;
        using var stopping = lifetime.ApplicationStopping.Register(moved.Set);
        try
        {
            var from = time.GetTimestamp();
            while (true)
            {
                var seen = (await jobs.FindAsync(job)).Found();
                var left = wait - time.GetElapsedTime(from);
                if (seen.State.IsTerminal() || left <= TimeSpan.Zero || lifetime.ApplicationStopping.IsCancellationRequested)
                    return seen;

                await moved.WaitAsync(left < Tick ? left : Tick, time, cancellationToken);
            }
        }
        finally
        {
            wakeUps.JobMoved -= OnMoved;
        }
    }
}
