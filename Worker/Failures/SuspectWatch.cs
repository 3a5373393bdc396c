using SkillAi.Queue.Transport.Redis;
using SkillAi.Queue.Worker.Telemetry;

namespace SkillAi.Queue.Worker.Failures;

/// <summary>Tells all workers what a process that ran here before had in hand when it died, and learns what others told.
/// Before the first run, so that a worker that was started again after a death does not repeat it unawares.</summary>
sealed class SuspectWatch(
    string notes, SuspectStore store, Suspects suspects, TimeProvider time, ILogger<SuspectWatch> log)
    : BackgroundService
{
    static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await TryAsync();
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var rounds = new PeriodicTimer(Every, time);
        try
        {
            while (await rounds.WaitForNextTickAsync(stoppingToken))
                await TryAsync();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    async Task TryAsync()
    {
        try
        {
            // Cleaners of temporary folders come by.
            Directory.CreateDirectory(notes);
            await DeadNotes.CollectAsync(notes, ReportAsync);
            suspects.Know(await store.ListAsync());
        }
        catch (Exception away) when (away is StoreUnavailableException or IOException or UnauthorizedAccessException)
        {
            // The notes stay where they are.
            log.SuspectsUnknown(away.Message);
        }
    }

    async Task ReportAsync(string death, IReadOnlyCollection<string> names)
    {
        await store.ReportAsync(death, names);
        log.WorkerDied(names.Count, names.First());
    }
}
