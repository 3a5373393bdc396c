using System.Text;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Producer.Problems;
using SkillAi.Queue.Producer.Requests;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Intake;

/// <summary>Plays a request of each lane through before the API is ready, so that the first caller does not wait for channels,
/// scripts and the compiler. Nothing of it stays: the endpoint is asked for a model that there is not, the store told that its
/// lane is closed, and the broker's chunk goes to nobody.</summary>
sealed class IntakeWarmUp(
    SubmitEndpoint endpoint, RequestStore store, IChunkPublisher publisher, TimeProvider time) : BackgroundService, IHealthCheck
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    static readonly AdmissionLimits Closed = new(Items: 0, Bytes: 0);

    readonly string _model = Guid.NewGuid().ToString("N");
    volatile bool _isWarm;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_isWarm
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("No request has been played through yet: that needs the store and the broker."));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!await TryAsync(stoppingToken))
            await Task.Delay(Pause, time, stoppingToken);

        _isWarm = true;
    }

    async Task<bool> TryAsync(CancellationToken stoppingToken)
    {
        try
        {
            await PlayAsync(Lane.Priority, stoppingToken);
            await PlayAsync(Lane.Bulk, stoppingToken);
            return true;
        }
        catch (Exception outage) when (outage is StoreUnavailableException or BrokerUnavailableException)
        {
            return false;
        }
    }

    async Task PlayAsync(Lane lane, CancellationToken stoppingToken)
    {
        var context = Post($$"""{"model":"{{_model}}","lane":"{{lane.Name()}}","input":{"text":"Hello."},"deadline_ms":1000}""");
        try
        {
            await endpoint.SubmitAsync(context);
        }
        catch (ProblemException)
        {
            // There is no such model.
        }

        var record = Record(lane);
        await store.CreateAsync([record], Closed);
        await publisher.WarmUpAsync(RequestChunks.Single(record), stoppingToken);
        await context.Response.ShowAsync(StatusCodes.Status202Accepted, record.ToResource());
    }

    static DefaultHttpContext Post(string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        return new()
        {
            Request =
            {
                Method = HttpMethods.Post, ContentType = "application/json", ContentLength = bytes.Length,
                Body = new MemoryStream(bytes),
            },
        };
    }

    RequestRecord Record(Lane lane) => new()
    {
        Id = RequestId.New(time.GetUtcNow(), shard: 0),
        Model = _model,
        Version = "1",
        Lane = lane,
        Items = 1,
        Input = "{}"u8.ToArray(),
        CreatedAt = time.GetUtcNow(),
        Ttl = Limits.DefaultTtl,
    };
}
