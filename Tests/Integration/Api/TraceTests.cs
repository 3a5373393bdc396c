using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Prometheus;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Transport.Redis;
using SkillAi.Queue.Transport.Tracing;

namespace SkillAi.Queue.Tests.Integration.Api;

/// <summary>A caller's trace through the API, RabbitMQ and a worker.</summary>
public sealed class TraceTests : ApiTest
{
    const int Chunks = 3;

    readonly SharedServers _servers;
    readonly string _model = "m" + Guid.NewGuid().ToString("N");
    readonly string _models = Directory.CreateTempSubdirectory("skillai-trace-").FullName;
    readonly ActivityTraceId _trace = ActivityTraceId.CreateRandom();
    readonly ActivitySpanId _caller = ActivitySpanId.CreateRandom();
    readonly ConcurrentQueue<Activity> _spans = new();
    readonly ActivityListener _listener;

    public TraceTests(SharedServers servers)
        : base(servers)
    {
        _servers = servers;
        _listener = new()
        {
            ShouldListenTo = source => source.Name == Traces.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = Keep,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public override async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        Directory.Delete(_models, recursive: true);
        await base.DisposeAsync();
    }

    [Theory]
    [InlineData("priority")]
    [InlineData("bulk")]
    public async Task A_callers_trace_reaches_the_run_and_the_histograms(string lane)
    {
        var settings = new[]
        {
            ("ConnectionStrings:Redis", await NewRedisAsync()),
            ("ConnectionStrings:RabbitMq", (await _servers.RabbitMqAsync()).Url),
        };
        await using var worker = await HostedWorker.StartAsync(_models, _model, "1", settings);
        await using var api = await ApiHost.StartAsync(settings[0].Item2, publisher: null, services: null, settings[1]);
        await Eventually.IsTrueAsync(async () => (await api.Get<ModelDirectory>().ListLiveAsync(_model)).Count > 0);

        var request = await SubmitAsync(api, lane);

        Assert.Equal(RequestState.Succeeded, request.State);
        var publish = _spans.Single(span => span.OperationName == "publish");
        await Eventually.IsTrueAsync(() => _spans.Count == 4);
        Assert.Equal(_caller, publish.ParentSpanId);
        Assert.Equal(
            ["commit", "receive", "run"],
            _spans.Where(span => span.ParentSpanId == publish.SpanId).Select(span => span.OperationName).Order());

        var page = await ScrapeAsync(worker);
        Assert.Matches($"{MetricNames.ModelLatency}_bucket.*trace_id=\"{_trace}\"", page);
        Assert.Matches($"{MetricNames.RequestDuration}_bucket.*trace_id=\"{_trace}\"", page);
    }

    [Fact]
    public async Task A_jobs_chunks_continue_the_trace_of_its_upload()
    {
        var settings = new[]
        {
            ("ConnectionStrings:Redis", await NewRedisAsync()),
            ("ConnectionStrings:RabbitMq", (await _servers.RabbitMqAsync()).Url),
        };
        await using var worker = await HostedWorker.StartAsync(_models, _model, "1", settings);
        await using var api = await ApiHost.StartAsync(settings[0].Item2, publisher: null, services: null, settings[1]);
        await Eventually.IsTrueAsync(async () => (await api.Get<ModelDirectory>().ListLiveAsync(_model)).Count > 0);
        using var upload = new HttpRequestMessage(HttpMethod.Post, $"/v1/jobs?model={_model}") { Content = Lines(Numbered(Chunks * Limits.JobChunkItems)) };
        upload.Headers.Add("traceparent", $"00-{_trace}-{_caller}-01");

        var job = await JobAsync(await api.Http.SendAsync(upload));
        await EndAsync(api, job.Id);

        // Each chunk is published by the feeder, long after the call it belongs to.
        await Eventually.IsTrueAsync(() => _spans.Count(span =>
            span.OperationName == "publish" && span.ParentSpanId == _caller) == Chunks);
        Assert.All(_spans, span => Assert.Equal(_trace, span.TraceId));
        Assert.Contains(_spans, span => span.OperationName == "run");
    }

    void Keep(Activity span)
    {
        if (span.TraceId == _trace || span.Links.Any(link => link.Context.TraceId == _trace))
            _spans.Enqueue(span);
    }

    async Task<RequestResource> SubmitAsync(ApiHost api, string lane)
    {
        using var submit = new HttpRequestMessage(HttpMethod.Post, "/v1/requests")
        {
            Content = Json($$"""{"model":"{{_model}}","lane":"{{lane}}","input":"a"}"""),
            Headers = { { "Prefer", "wait=30" }, { "traceparent", $"00-{_trace}-{_caller}-01" } },
        };
        return await RequestAsync(await api.Http.SendAsync(submit));
    }

    static async Task<string> ScrapeAsync(WebApplication app)
    {
        using var page = new MemoryStream();
        await app.Services.GetRequiredService<CollectorRegistry>()
            .CollectAndExportAsTextAsync(page, ExpositionFormat.OpenMetricsText);
        return Encoding.UTF8.GetString(page.ToArray());
    }
}
