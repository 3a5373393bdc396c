using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace SkillAi.Queue.Tests.Chaos;

/// <summary>Callers who do not give up: one submits jobs, one after the other has ended being uploaded, while few are
/// open; others send priority requests at a steady rate, whatever becomes of those before.</summary>
sealed class Load(ChaosCluster cluster, Ledger ledger, CancellationToken stopping) : IDisposable
{
    const int MostJobsOpen = 2;
    const int RequestTicks = 20;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly HttpClient _http = new() { Timeout = Patience };
    readonly Random _chance = new(cluster.Plan.Seed);
    int _requests;

    public Task RunAsync() => Task.WhenAll(SubmitJobsAsync(), SendRequestsAsync());

    public void Dispose() => _http.Dispose();

    async Task SubmitJobsAsync()
    {
        for (var number = 0; !stopping.IsCancellationRequested; number++)
        {
            if (await OpenJobsAsync() < MostJobsOpen)
                await SubmitJobAsync($"j{number}-", cluster.Plan.JobItems);
            else
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>As the callers see it; many, while they cannot see it. What broke off while it was being received is
    /// nobody's any more: to wait for it would be to send nothing.</summary>
    async Task<int> OpenJobsAsync()
    {
        try
        {
            using var list = JsonDocument.Parse(await _http.GetStringAsync(new Uri(Any(), "/v1/jobs?limit=20"), CancellationToken.None));
            return list.RootElement.GetProperty("data").EnumerateArray()
                .Count(job => job.GetProperty("state").GetString() is "running");
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return int.MaxValue;
        }
    }

    Task SubmitJobAsync(string name, int items)
    {
        var lines = new StringBuilder();
        for (var i = 0; i < items; i++)
            lines.Append(CultureInfo.InvariantCulture, $"{{\"id\":{i},\"text\":\"{name}{i}\"}}\n");

        var content = new StringContent(lines.ToString());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        var sentAt = Now;
        return PostAsync("/v1/jobs?model=moderation", content, id => ledger.Jobs[id] = new(name, items, sentAt, Now), wait: 0);
    }

    async Task SendRequestsAsync()
    {
        var sent = new List<Task>();
        using var ticks = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / RequestTicks), TimeProvider.System);
        while (!stopping.IsCancellationRequested && await ticks.WaitForNextTickAsync(CancellationToken.None))
        {
            sent.RemoveAll(request => request.IsCompleted);
            var due = cluster.Plan.RequestsPerSecond / RequestTicks;
            for (var i = 0; i < Math.Max(1, due); i++)
                sent.Add(SendRequestAsync(_requests++));
        }

        await Task.WhenAll(sent);
    }

    Task SendRequestAsync(int number)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"r{number}");
        var lane = number % 4 == 0 ? "bulk" : "priority";
        var content = new StringContent(
            $$$"""{"model":"moderation","lane":"{{{lane}}}","input":{"text":"{{{name}}}"}}""", Encoding.UTF8, "application/json");
        var (sentAt, wait) = (Now, number % 3 == 0 ? 5 : 0);
        return PostAsync("/v1/requests", content, id => ledger.Requests[id] = new(name, 1, sentAt, Now), wait);
    }

    async Task PostAsync(string path, HttpContent content, Action<string> accepted, int wait)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(Any(), path)) { Content = content };
        if (wait > 0)
            message.Headers.Add("Prefer", $"wait={wait}");

        try
        {
            using var answer = await _http.SendAsync(message, CancellationToken.None);
            if (answer.IsSuccessStatusCode)
                accepted(await ReadIdAsync(answer));
            else if (answer.StatusCode >= HttpStatusCode.InternalServerError && answer.StatusCode != HttpStatusCode.ServiceUnavailable)
                throw new InvalidOperationException($"{path} was answered with {answer.StatusCode}.");
            else
                ledger.Refuse();
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            ledger.Miss();
        }
    }

    static async Task<string> ReadIdAsync(HttpResponseMessage answer)
    {
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(CancellationToken.None));
        return body.RootElement.GetProperty("id").GetString()!;
    }

    Uri Any()
    {
        lock (_chance)
            return cluster.Apis[_chance.Next(cluster.Apis.Count)].Process.Http.BaseAddress!;
    }

    static long Now => TimeProvider.System.GetTimestamp();
}
