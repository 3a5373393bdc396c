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

    public Task<Latencies> RunAsync(
        double perSecond, TimeSpan duration, TimeSpan warmUp, string model, int seed, CancellationToken cancellationToken) =>
        RunAsync(Poisson(perSecond, duration + warmUp, new(seed)), warmUp, model, cancellationToken);

    /// <param name="schedule">When each request is to leave, counted from now, in order.</param>
    /// <param name="warmUp">What leaves before is not counted.</param>
    public async Task<Latencies> RunAsync(
        IEnumerable<TimeSpan> schedule, TimeSpan warmUp, string model, CancellationToken cancellationToken)
    {
        var latencies = new Latencies();
        var sent = await Task.Factory.StartNew(
            () => Send(schedule, warmUp, model, latencies, cancellationToken), cancellationToken,
            TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Task.WhenAll(sent);
        return latencies;
    }

    List<Task> Send(
        IEnumerable<TimeSpan> schedule, TimeSpan warmUp, string model, Latencies latencies, CancellationToken cancellationToken)
    {
        var sent = new List<Task>();
        var start = time.GetTimestamp();
        foreach (var due in schedule)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (due - time.GetElapsedTime(start) is var early && early > TimeSpan.Zero)
                FineSleep.For(early);

            // What the sleep is late stays in the latency: the intended time is `due`.
            var text = texts[sent.Count % texts.Count];
            sent.Add(SendAsync(model, text, start, due, due < warmUp ? null : latencies, cancellationToken));
        }

        return sent;
    }

    static IEnumerable<TimeSpan> Poisson(double perSecond, TimeSpan length, Random random)
    {
        for (var due = TimeSpan.Zero; due < length; due += TimeSpan.FromSeconds(-Math.Log(1 - random.NextDouble()) / perSecond))
            yield return due;
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
