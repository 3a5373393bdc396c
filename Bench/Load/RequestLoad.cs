using SkillAi.Queue.Client;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;

namespace SkillAi.Queue.Bench.Load;

/// <summary>Requests at a fixed mean rate, Poisson, each waiting for its result (<c>Prefer: wait</c>).</summary>
sealed class RequestLoad(SkillAiClient client, IReadOnlyList<string> texts, TimeProvider time)
{
    static readonly TimeSpan Wait = TimeSpan.FromSeconds(10);

    public Task<Latencies> RunAsync(
        double perSecond, TimeSpan duration, TimeSpan warmUp, string model, int seed, CancellationToken cancellationToken) =>
        RunAsync(OpenLoop.Poisson(perSecond, duration + warmUp, new(seed)), warmUp, model, cancellationToken);

    /// <param name="schedule">When each request is to leave, counted from now, in order.</param>
    /// <param name="warmUp">What leaves before is not counted.</param>
    public async Task<Latencies> RunAsync(
        IEnumerable<TimeSpan> schedule, TimeSpan warmUp, string model, CancellationToken cancellationToken)
    {
        var latencies = new Latencies();
        await OpenLoop.RunAsync(
            schedule, time,
            (number, start, due) => SendAsync(
                model, texts[number % texts.Count], start, due, due < warmUp ? null : latencies, cancellationToken),
            cancellationToken);
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
