using System.Text;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Contracts.Wire;
using SkillAi.Queue.Producer.Jobs;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Tests.Integration.Api;

/// <summary>Answers everything: items whose text is <c>bad</c> fail, all others succeed. What it received is kept.</summary>
sealed class FakeWorker : IAsyncDisposable
{
    readonly CancellationTokenSource _stop = new();
    readonly SemaphoreSlim _permits;
    readonly ApiHost _host;
    readonly List<Chunk> _received = [];
    readonly Task[] _loops;

    FakeWorker(ApiHost host, string model, int permits)
    {
        _host = host;
        _permits = new(permits);
        _loops = [RunAsync(model, Lane.Priority), RunAsync(model, Lane.Bulk)];
    }

    public Chunk[] Received
    {
        get
        {
            lock (_received)
                return [.. _received];
        }
    }

    /// <param name="permits">Chunks that it answers before it waits for <see cref="Permit"/>.</param>
    public static async Task<FakeWorker> StartAsync(
        ApiHost host, string model, string version = "1", int permits = int.MaxValue)
    {
        await host.DeclareAsync(model, version);
        await host.Get<ModelDirectory>().KeepAliveAsync(model, version, "fake");
        return new(host, model, permits);
    }

    public void Permit(int chunks = 1) => _permits.Release(chunks);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_loops).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _permits.Dispose();
    }

    async Task RunAsync(string model, Lane lane)
    {
        await foreach (var delivery in _host.Get<IChunkSource>().ReadAsync(model, lane, prefetch: 100, _stop.Token))
        {
            lock (_received)
                _received.Add(delivery.Chunk);

            await _permits.WaitAsync(_stop.Token);
            await AnswerAsync(delivery.Chunk);
            delivery.Ack();
        }
    }

    Task AnswerAsync(Chunk chunk)
    {
        var body = chunk.IsGzip ? Gzip.Decompress(chunk.Body.ToArray()) : chunk.Body.ToArray();
        var lines = Encoding.UTF8.GetString(body).Split('\n');
        Assert.Equal(chunk.Items, lines.Length);
        return chunk.Job is { } job ? AnswerJobAsync(job, chunk, lines) : AnswerRequestsAsync(chunk);
    }

    async Task AnswerJobAsync(string job, Chunk chunk, string[] lines)
    {
        var failed = lines.Count(line => line.Contains("bad"));
        var results = string.Concat(lines.Select((line, i) =>
            $"{{\"index\":{chunk.First + i},\"outcome\":\"{(line.Contains("bad") ? "failed" : "succeeded")}\",\"output\":{line}}}\n"));
        await _host.Get<JobStore>().CommitAsync(
        [
            new(job, chunk.Index, Gzip.Compress(Encoding.UTF8.GetBytes(results)),
                new(chunk.Items - failed, failed, 0, 0), RunItems: chunk.Items * 64L, Ran: chunk.Items),
        ]);
    }

    Task<bool[]> AnswerRequestsAsync(Chunk chunk) => _host.Get<RequestStore>().CommitAsync(
        [.. chunk.Segments.Select(segment => new RequestResult(
            segment.Request, segment.Ttl ?? Limits.DefaultTtl,
            new(RequestState.Succeeded, Attempts: 1, new(1, 2, 3, 6), new(64), Outputs(segment.Items)), segment.ReplyTo))]);

    static RawJson Outputs(int items) => new(Encoding.UTF8.GetBytes(
        $"[{string.Join(',', Enumerable.Repeat("{\"outcome\":\"succeeded\"}", items))}]"));
}
