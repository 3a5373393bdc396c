using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using SkillAi.Queue.Embedded;
using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Transport.Blobs;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Tests.Contract.Store;

/// <summary>What the embedded store has to be made to keep: more than fits into memory, and all that was
/// acknowledged before the process was killed.</summary>
public sealed class EmbeddedStoreTests : IDisposable
{
    const int Mebibyte = 1 << 20;

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("skillai-test-embedded-");

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task More_than_fits_into_memory_is_kept()
    {
        await using var server = await EmbeddedRedis.StartAsync(_folder.FullName, isKept: false, 64 * Mebibyte);
        await using var redis = new RedisConnection(server.ConnectionString);
        var blobs = new RedisBlobStore(redis);
        const int Blobs = 600;

        // 150 MiB in 64.
        for (var i = 0; i < Blobs; i++)
            await blobs.PutAsync($"job{i}", "0", Bytes(i), Token);

        for (var i = 0; i < Blobs; i++)
            Assert.Equal(Bytes(i), await blobs.FindAsync($"job{i}", "0", Token));
    }

    [Fact]
    public async Task Every_acknowledged_request_is_back_after_a_kill()
    {
        var data = _folder.CreateSubdirectory("data");
        var url = new Uri($"http://127.0.0.1:{Ports.Free()}");
        await using var service = new LocalHost(_folder.CreateSubdirectory("process"),
            ["dotnet", Path.Combine(AppContext.BaseDirectory, "SkillAi.Queue.Embedded.dll"), "serve", "--port", $"{url.Port}", "--data", data.FullName],
            []);
        await service.StartAsync();
        using var client = new HttpClient { BaseAddress = url };
        await Eventually.IsTrueAsync(() => IsReadyAsync(client));

        var accepted = new ConcurrentBag<string>();
        var submitters = Enumerable.Range(0, 4).Select(_ => SubmitUntilItDiesAsync(client, accepted)).ToArray();
        await Eventually.IsTrueAsync(() => accepted.Count >= 300);
        await service.KillAsync();
        await Task.WhenAll(submitters);

        await using var server = await EmbeddedRedis.StartAsync(Path.Combine(data.FullName, "store"), isKept: true, 128 * Mebibyte);
        await using var redis = new RedisConnection(server.ConnectionString);
        var requests = new RequestStore(redis, TimeProvider.System);
        foreach (var id in accepted)
            Assert.NotNull((await requests.FindAsync(id)).Found);

        var unfinished = 0L;
        await foreach (var record in requests.UnfinishedAsync(_ => true, Token))
            unfinished += record.Items;
        Assert.Equal(unfinished, (await requests.BacklogAsync()).Values.Sum());
    }

    static byte[] Bytes(int seed)
    {
        var bytes = new byte[Mebibyte / 4];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    static async Task<bool> IsReadyAsync(HttpClient client)
    {
        try
        {
            return (await client.GetAsync(new Uri("/health/ready", UriKind.Relative), Token)).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    static async Task SubmitUntilItDiesAsync(HttpClient client, ConcurrentBag<string> accepted)
    {
        var body = new { model = "moderation", lane = "bulk", input = new { text = "Good morning." } };
        try
        {
            while (true)
            {
                using var response = await client.PostAsJsonAsync("/v1/requests", body, Token);
                response.EnsureSuccessStatusCode();
                var resource = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
                accepted.Add(resource.GetProperty("id").GetString()!);
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // Killed, as it was to be.
        }
    }
}
