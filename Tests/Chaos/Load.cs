using System.Globalization;
using System.Text;

namespace SkillAi.Queue.Tests.Chaos;

/// <summary>Callers who do not give up: one submits jobs, one after the other has ended being uploaded, while few are
/// open; others send priority requests at a steady rate, whatever becomes of those before. Every second job and every
/// tenth request has an idempotency key, all that are poison among them; half of these lose their first answer.</summary>
sealed class Load(ChaosCluster cluster, Ledger ledger, CancellationToken stopping) : IDisposable
{
    const int MostJobsOpen = 2;
    const int RequestTicks = 20;

    readonly Caller _caller = new(cluster, ledger);
    int _requests;

    public async Task RunAsync()
    {
        await Task.WhenAll(SubmitJobsAsync(), SendRequestsAsync());
        foreach (var (id, job) in ledger.Jobs.Where(job => job.Value.Number is not null && ledger.MayBeUndone(job.Value)))
            await RepeatAsync(id, job.Number!.Value);
    }

    public void Dispose() => _caller.Dispose();

    async Task SubmitJobsAsync()
    {
        for (var number = 0; !stopping.IsCancellationRequested;)
        {
            if (await OpenJobsAsync() < MostJobsOpen)
                await SubmitJobAsync(number++);
            else
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>As the callers see it; many, while they cannot see it. What broke off while it was being received is
    /// nobody's any more: to wait for it would be to send nothing.</summary>
    async Task<int> OpenJobsAsync()
    {
        using var list = await _caller.FindAsync("/v1/jobs?limit=20");
        return list?.RootElement.GetProperty("data").EnumerateArray()
            .Count(job => job.GetProperty("state").GetString() is "running") ?? int.MaxValue;
    }

    async Task SubmitJobAsync(int number)
    {
        var (name, items, sentAt) = ($"j{number}-", cluster.Plan.JobItems, Now);
        var lines = new StringBuilder();
        for (var i = 0; i < items; i++)
            lines.Append(CultureInfo.InvariantCulture, $"{{\"id\":{i},\"text\":\"{Poison.Text($"{name}{i}", Poison.IsItem(i))}\"}}\n");

        var isKeyed = number % 2 == 0;
        var call = new Call(
            $"/v1/jobs?model=moderation&metadata.name={name}", "application/x-ndjson", lines.ToString(), Wait: 0,
            Key: isKeyed ? name : null, LosesAnswer: number % 4 == 0);
        if (await _caller.PostAsync(call) is { } id)
            ledger.Jobs[id] = new(name, items, sentAt, Now) { Number = isKeyed ? number : null };
    }

    /// <summary>Of what was accepted in a second that the store was made to forget there may be all, a part or nothing.
    /// Who has the key sends it again, and is owed it all from then on.</summary>
    async Task RepeatAsync(string undone, int number)
    {
        ledger.Jobs.TryRemove(undone, out _);
        await SubmitJobAsync(number);
    }

    async Task SendRequestsAsync()
    {
        var sent = new List<Task>();
        using var ticks = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / RequestTicks), TimeProvider.System);
        while (!stopping.IsCancellationRequested && await ticks.WaitForNextTickAsync(CancellationToken.None))
        {
            sent.RemoveAll(request => request.IsCompletedSuccessfully);
            var due = cluster.Plan.RequestsPerSecond / RequestTicks;
            for (var i = 0; i < Math.Max(1, due); i++)
                sent.Add(SendRequestAsync(_requests++));
        }

        await Task.WhenAll(sent);
    }

    async Task SendRequestAsync(int number)
    {
        var (name, isPoison, sentAt) = ($"r{number}", Poison.IsRequest(number), Now);
        var lane = number % 4 == 0 ? "bulk" : "priority";
        var body = $$$"""
            {"model":"moderation","lane":"{{{lane}}}","input":{"text":"{{{Poison.Text(name, isPoison)}}}"},"metadata":{"name":"{{{name}}}"}}
            """;
        var call = new Call(
            "/v1/requests", "application/json", body, Wait: number % 3 == 0 ? 5 : 0,
            Key: number % 10 == 9 ? name : null, LosesAnswer: number % 20 == 19);
        if (await _caller.PostAsync(call) is { } id)
            ledger.Requests[id] = new(name, 1, sentAt, Now) { IsPoison = isPoison };
    }

    static long Now => TimeProvider.System.GetTimestamp();
}
