using System.Net;
using System.Text;
using System.Text.Json;
using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Tests.Chaos;

/// <summary>Calls whichever of the APIs. Without an idempotency key once, whatever comes of it; with one again and again
/// until somebody says yes: who got no answer cannot know whether the call was done.</summary>
sealed class Caller(ChaosCluster cluster, Ledger ledger) : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    static readonly TimeSpan Persistence = TimeSpan.FromMinutes(3);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    readonly HttpClient _http = new() { Timeout = Patience };
    readonly Random _chance = new(cluster.Plan.Seed);

    /// <returns>The id of what was created; null when the call was refused, or when nobody knows.</returns>
    public async Task<string?> PostAsync(Call call)
    {
        var started = TimeProvider.System.GetTimestamp();
        var lost = default(string);
        while (true)
        {
            var (id, isAnswered) = await TryAsync(call);
            if (id is not null && call.LosesAnswer && lost is null)
            {
                (lost, id, isAnswered) = (id, null, false);
                ledger.Miss();
            }

            if (id is not null && lost is not null && id != lost && !ledger.WasUndone(started, TimeProvider.System.GetTimestamp()))
                throw new InvalidOperationException($"The call under the key {call.Key} was done twice, as {lost} and as {id}.");

            if (id is not null || call.Key is null)
                return id;

            if (TimeProvider.System.GetElapsedTime(started) > Persistence)
                throw new TimeoutException($"The call under the key {call.Key} was not accepted within {Persistence}.");

            if (!isAnswered)
                ledger.SendAgain();

            await Task.Delay(Pause, TimeProvider.System);
        }
    }

    /// <summary>Null when there is no answer.</summary>
    public async Task<JsonDocument?> FindAsync(string path)
    {
        try
        {
            return JsonDocument.Parse(await _http.GetStringAsync(new Uri(Any(), path), CancellationToken.None));
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return null;
        }
    }

    public void Dispose() => _http.Dispose();

    async Task<(string? Id, bool IsAnswered)> TryAsync(Call call)
    {
        var sentAt = TimeProvider.System.GetTimestamp();
        try
        {
            using var message = Write(call);
            using var answer = await _http.SendAsync(message, CancellationToken.None);
            if (answer.IsSuccessStatusCode)
                return (await ReadAsync(answer), true);

            if (!MayRefuse(answer.StatusCode, sentAt))
                throw new InvalidOperationException($"{call.Path} was answered with {answer.StatusCode}.");

            ledger.Refuse();
            return (null, true);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            ledger.Miss();
            return (null, false);
        }
    }

    /// <summary>Full, something is away, or an earlier try still runs. A caller who waits is told that the request is gone
    /// when the store has forgotten it, and only then.</summary>
    bool MayRefuse(HttpStatusCode status, long sentAt) =>
        status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable or HttpStatusCode.Conflict
        || (status == HttpStatusCode.Gone && ledger.WasUndone(sentAt, TimeProvider.System.GetTimestamp()));

    HttpRequestMessage Write(Call call)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, new Uri(Any(), call.Path))
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(call.Body)),
        };
        message.Content.Headers.ContentType = new(call.ContentType);
        if (call.Wait > 0)
            message.Headers.Add("Prefer", $"wait={call.Wait}");

        if (call.Key is not null)
            message.Headers.Add(HttpHeaders.IdempotencyKey, call.Key);

        return message;
    }

    async Task<string> ReadAsync(HttpResponseMessage answer)
    {
        if (answer.Headers.Contains(HttpHeaders.IdempotencyReplayed))
            ledger.FindDone();

        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(CancellationToken.None));
        return body.RootElement.GetProperty("id").GetString()!;
    }

    Uri Any()
    {
        lock (_chance)
            return cluster.Apis[_chance.Next(cluster.Apis.Count)].Process.Http.BaseAddress!;
    }
}

/// <param name="Wait">Seconds that the caller waits for the result.</param>
/// <param name="Key">Its idempotency key; null: none.</param>
/// <param name="LosesAnswer">Whether the caller never sees the first yes, as if it had been lost on its way.</param>
sealed record Call(string Path, string ContentType, string Body, int Wait, string? Key, bool LosesAnswer);
