using SkillAi.Queue.Client;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;

namespace SkillAi.Queue.Bench.Load;

/// <summary>Closed-loop single submits on the bulk lane: so many connections, each sending its next request when the
/// last one was accepted.</summary>
sealed class SubmitLoad(SkillAiClient client, IReadOnlyList<string> texts, TimeProvider time)
{
    /// <returns>Accepted requests a second, and how many were refused.</returns>
    public async Task<(double PerSecond, int Refused)> RunAsync(
        int connections, TimeSpan duration, string model, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, connections).Select(LoopAsync));
        var elapsed = time.GetElapsedTime(start);
        return (counts.Sum(count => count.Accepted) / elapsed.TotalSeconds, counts.Sum(count => count.Refused));

        async Task<(int Accepted, int Refused)> LoopAsync(int connection)
        {
            var (accepted, refused) = (0, 0);
            for (var i = connection; time.GetElapsedTime(start) < duration; i += connections)
            {
                var request = new SubmitRequest
                {
                    Model = model, Lane = Lane.Bulk, Input = Items.FromText(texts[i % texts.Count]),
                };
                try
                {
                    await client.SubmitAsync(request, wait: null, cancellationToken);
                    accepted++;
                }
                catch (SkillAiException)
                {
                    refused++;
                }
            }

            return (accepted, refused);
        }
    }
}
