using System.Text.Json;
using SkillAi.Queue.Client;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;

namespace SkillAi.Queue.Bench.Load;

/// <summary>Open-loop load: requests leave at a fixed mean rate, Poisson, whatever the service does, each waiting for
/// its result (<c>Prefer: wait</c>). Latency counts from the intended send time, so a service that stalls the sender
/// is not excused.</summary>
sealed class RequestLoad(SkillAiClient client, IReadOnlyList<string> texts, TimeProvider time)
{
    static readonly TimeSpan Wait = TimeSpan.FromSeconds(10);

    public async Task<Latencies> RunAsync(
        double perSecond, TimeSpan duration, TimeSpan warmUp, string model, int seed, CancellationToken cancellationToken)
    {
        var random = new Random(seed);
        var latencies = new Latencies();
        var pending = new List<Task>();
        var start = time.GetTimestamp();
        var due = TimeSpan.Zero;
        while (due < duration + warmUp)
        {
            var early = due - time.GetElapsedTime(start);
            if (early > TimeSpan.Zero)
                await Task.Delay(early, time, cancellationToken);

            // The delay's own lateness stays in the latency: the intended time is `due`.
            pending.Add(SendAsync(model, texts[random.Next(texts.Count)], start, due, due < warmUp ? null : latencies, cancellationToken));
            due += TimeSpan.FromSeconds(-Math.Log(1 - random.NextDouble()) / perSecond);
        }

        await Task.WhenAll(pending);
        return latencies;
    }

    async Task SendAsync(
        string model, string text, long start, TimeSpan due, Latencies? latencies, CancellationToken cancellationToken)
    {
        TimeSpan? latency = null;
        try
        {
            var request = new SubmitRequest { Model = model, Lane = Lane.Priority, Input = Items.FromText(text) };
            var answer = await client.SubmitAsync(request, Wait, cancellationToken);
            if (answer.State == RequestState.Succeeded)
                latency = time.GetElapsedTime(start) - due;
        }
        catch (Exception cause) when (cause is SkillAiException or HttpRequestException)
        {
            // Not answered: counted so.
        }

        latencies?.Add(latency);
    }
}

static class Items
{
    public static JsonElement FromText(string text) =>
        JsonSerializer.SerializeToElement(new() { ["text"] = text }, Contracts.Wire.WireJson.Default.DictionaryStringString);
}
