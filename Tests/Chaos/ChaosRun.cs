namespace SkillAi.Queue.Tests.Chaos;

/// <summary>One run: load, fault after fault, then quiet until all is answered, then the account.</summary>
sealed class ChaosRun(ChaosCluster cluster, Action<string> progress)
{
    readonly Ledger _ledger = new();
    readonly Random _chance = new(cluster.Plan.Seed);
    readonly List<(string Fault, string? Seen)> _struck = [];
    readonly List<string> _failures = [];
    Account? _account;

    public IReadOnlyList<string> Failures => [.. _failures, .. _account?.Wrong ?? []];

    public async Task RunAsync()
    {
        using var stopLoad = new CancellationTokenSource();
        using var load = new Load(cluster, _ledger, stopLoad.Token);
        var loading = load.RunAsync();
        await StrikeAsync();
        await stopLoad.CancelAsync();
        await loading;
        if (_ledger.FoundDone == 0)
            _failures.Add("No call that was sent again turned out to be done.");

        await DrainAsync();
        _account = new(cluster, _ledger);
        await _account.TakeAsync();
    }

    async Task StrikeAsync()
    {
        var started = TimeProvider.System.GetTimestamp();
        var coming = new Queue<Fault>();
        // On a slow machine the first round may take longer than it all should; it is finished even so.
        while (TimeProvider.System.GetElapsedTime(started) < cluster.Plan.Duration || _struck.Count < Faults.All.Count)
        {
            // Every kind once before any kind comes again.
            if (coming.Count == 0)
                coming = new(Shuffled());

            await Task.Delay(cluster.Plan.Calm * _chance.NextDouble(), TimeProvider.System);
            await Victims.HoldAsync(cluster.Workers);

            var fault = coming.Dequeue();
            progress($"{TimeProvider.System.GetElapsedTime(started):mm\\:ss} {fault.Name}");
            var seen = await fault.StrikeAsync(new(cluster, _ledger, _chance));
            _struck.Add((fault.Name, seen));
            if (seen is null)
                _failures.Add($"Nothing was seen of: {fault.Name}.");

            await cluster.ReadyAsync();
        }
    }

    async Task DrainAsync()
    {
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < cluster.Plan.Drain)
        {
            if (await IsIdleAsync() && (await cluster.FindFullQueuesAsync()).Count == 0)
                return;

            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System);
        }
    }

    /// <summary>Neither jobs nor requests are listed as unfinished.</summary>
    Task<bool> IsIdleAsync() => cluster.ReadAsync(async (database, server) =>
    {
        await foreach (var _ in server.KeysAsync(pattern: "skillai:*:open"))
            return false;

        return true;
    });

    public string Report() => ChaosReport.Write(cluster.Plan, _struck, _ledger, _account, Failures);

    Fault[] Shuffled()
    {
        var faults = Faults.All.ToArray();
        _chance.Shuffle(faults);
        return faults;
    }
}
