using System.Text.Json;
using SkillAi.Queue.Client;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Bench.Load;

/// <param name="Other">Answers that are neither: none are expected.</param>
/// <param name="MostHeld">Most items that the store held at once of those it was asked for.</param>
sealed record RefusalResult(
    int Offered, int Accepted, int Refused, int Other, Latencies Accepts, Latencies Refusals,
    (TimeSpan Shortest, TimeSpan Longest) RetryAfter, long MostHeld);

/// <summary>More for the bulk lane than it holds, open loop: who gets in, how soon the others are told, and whether the
/// lane ever holds more than it should, by looking at the store in between.</summary>
sealed class RefusalLoad(SkillAiClient client, RequestStore store, IReadOnlyList<string> texts, TimeProvider time)
{
    static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    readonly Latencies _accepts = new();
    readonly Latencies _refusals = new();
    readonly List<TimeSpan> _retryAfter = [];
    int _accepted, _refused, _other;

    /// <param name="warmUp">Latencies of what leaves before are left out.</param>
    /// <param name="items">In each request.</param>
    public async Task<RefusalResult> RunAsync(
        double perSecond, TimeSpan duration, TimeSpan warmUp, string model, int items, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = WatchAsync(model, ended.Token);
        var offered = await OpenLoop.RunAsync(
            OpenLoop.Poisson(perSecond, warmUp + duration, new(Seed: 1)), time,
            async (number, start, due) =>
            {
                var kept = await TryAsync(model, Items.FromTexts(texts, number * items, items), cancellationToken);
                if (due >= warmUp)
                    kept?.Add(time.GetElapsedTime(start) - due);
            },
            cancellationToken);
        await ended.CancelAsync();
        return new(
            offered, _accepted, _refused, _other, _accepts, _refusals,
            (_retryAfter.DefaultIfEmpty().Min(), _retryAfter.DefaultIfEmpty().Max()), await watching);
    }

    /// <returns>Where its latency belongs.</returns>
    async Task<Latencies?> TryAsync(string model, JsonElement input, CancellationToken cancellationToken)
    {
        try
        {
            var request = new SubmitRequest { Model = model, Lane = Lane.Bulk, Input = input };
            await client.SubmitAsync(request, wait: null, cancellationToken);
            Interlocked.Increment(ref _accepted);
            return _accepts;
        }
        catch (SkillAiException refusal) when (refusal is { Status: 429, RetryAfter: { } again })
        {
            Interlocked.Increment(ref _refused);
            lock (_retryAfter)
                _retryAfter.Add(again);

            return _refusals;
        }
        catch (Exception cause) when (cause is SkillAiException or HttpRequestException)
        {
            Interlocked.Increment(ref _other);
            return null;
        }
    }

    /// <summary>By the store's own count, which is what admission goes by.</summary>
    async Task<long> WatchAsync(string model, CancellationToken ended)
    {
        var most = 0L;
        while (!ended.IsCancellationRequested)
        {
            most = Math.Max(most, (await store.BacklogAsync()).GetValueOrDefault((model, Lane.Bulk)));
            await Task.Delay(BetweenLooks, time, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return most;
    }
}
