using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using SkillAi.Queue.Contracts.Jobs;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Contracts.Wire;
using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Transport.Broker;
using StackExchange.Redis;

namespace SkillAi.Queue.Tests.Integration.Api;

/// <summary>Tests against the API. Each has a database of its own on the shared Redis, so that feeders do not meet.</summary>
public abstract class ApiTest(SharedServers servers) : IAsyncLifetime
{
    protected const string Model = "m";

    static readonly ConcurrentQueue<int> s_freeDatabases = new(Enumerable.Range(1, 15));

    readonly List<int> _databases = [];

    public virtual ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public virtual ValueTask DisposeAsync()
    {
        foreach (var database in _databases)
            s_freeDatabases.Enqueue(database);

        return ValueTask.CompletedTask;
    }

    private protected async Task<string> NewRedisAsync()
    {
        var redis = await servers.RedisAsync();
        Assert.True(s_freeDatabases.TryDequeue(out var database), "More tests run at once than Redis has databases.");
        _databases.Add(database);
        var address = $"{redis.ConnectionString},defaultDatabase={database}";
        await using var connection = await ConnectionMultiplexer.ConnectAsync(address + ",allowAdmin=true");
        await connection.GetDatabase().ExecuteAsync("FLUSHDB");
        return address;
    }

    private protected async Task<ApiHost> StartAsync(
        IChunkPublisher? publisher = null, params (string Key, string Value)[] settings)
    {
        var host = await ApiHost.StartAsync(await NewRedisAsync(), publisher, services: null, settings);
        await host.DeclareAsync(Model);
        return host;
    }

    protected static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    protected static ByteArrayContent Lines(string body) => Lines(Encoding.UTF8.GetBytes(body));

    protected static ByteArrayContent Lines(byte[] body) =>
        new(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-ndjson") } };

    protected static Task<RequestResource> RequestAsync(HttpResponseMessage response) =>
        ReadAsync(response, WireJson.Default.RequestResource);

    protected static Task<JobResource> JobAsync(HttpResponseMessage response) =>
        ReadAsync(response, WireJson.Default.JobResource);

    private protected static async Task<JobResource> UploadAsync(ApiHost host, string lines) =>
        await JobAsync(await host.Http.PostAsync($"/v1/jobs?model={Model}", Lines(lines)));

    private protected static async Task<JobResource> EndAsync(ApiHost host, string job) =>
        await JobAsync(await host.Http.GetAsync($"/v1/jobs/{job}?wait=60"));

    /// <summary>A problem as RFC 9457 has it, of this type, without anything that belongs into a log.</summary>
    protected static async Task<JsonElement> IsProblemAsync(HttpResponseMessage response, HttpStatusCode status, string type)
    {
        var text = await response.Content.ReadAsStringAsync();

        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal("/problems/" + type, problem.GetProperty("type").GetString());
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("title").GetString()!);
        Assert.DoesNotContain("   at ", text);
        if (status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable)
            Assert.InRange(response.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(120));

        return problem;
    }

    public static string Numbered(int items) =>
        string.Concat(Enumerable.Range(0, items).Select(i => $"{{\"text\":\"{i}\"}}\n"));

    protected static async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonSerializer.Deserialize(text, type)!;
    }
}
