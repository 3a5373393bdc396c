using System.Text.Json;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Models;
using SkillAi.Queue.Contracts.Wire;
using StackExchange.Redis;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>Which models exist (declared for good) and which are served at this moment (a sign of life that fades).</summary>
public sealed class ModelDirectory(RedisConnection redis, TimeProvider time)
{
    /// <summary>A worker is gone when it has given no sign for this long.</summary>
    public static readonly TimeSpan LifeTime = TimeSpan.FromSeconds(15);

    public Task DeclareAsync(IReadOnlyList<ModelVersion> versions) => redis.WriteAsync("model_declare", async db =>
    {
        HashEntry[] entries = [.. versions.Select(version => new HashEntry(
            $"{version.Name}/{version.Version}",
            JsonSerializer.SerializeToUtf8Bytes(version.Manifest, WireJson.Default.ModelManifest)))];
        if (entries.Length > 0)
            await db.HashSetAsync(Keys.Models, entries);

        return entries.Length;
    });

    /// <summary>Every declared version, by name, then by version (numeric where it is a number), newest last.</summary>
    public Task<IReadOnlyList<ModelVersion>> ListAsync() => redis.RunAsync<IReadOnlyList<ModelVersion>>("model_list",
        async db =>
        [
            .. (await db.HashGetAllAsync(Keys.Models)).Select(Read)
                .OrderBy(version => version.Name, StringComparer.Ordinal)
                .ThenBy(version => version.Version, VersionOrder.Instance),
        ]);

    /// <summary>Says that a worker serves a version now.</summary>
    public Task KeepAliveAsync(string model, string version, string worker) => redis.RunAsync("model_alive", async db =>
    {
        var live = Keys.LiveWorkers(model);
        var now = time.GetUtcNow();
        await Task.WhenAll(
            db.SortedSetAddAsync(live, Sign(version, worker), (now + LifeTime).ToUnixTimeMilliseconds()),
            db.SortedSetRemoveRangeByScoreAsync(live, double.NegativeInfinity, now.ToUnixTimeMilliseconds()));
        return await db.KeyExpireAsync(live, LifeTime);
    });

    /// <summary>Withdraws the sign at a worker's end.</summary>
    public Task WithdrawAsync(string model, string version, string worker) => redis.RunAsync("model_withdraw",
        db => db.SortedSetRemoveAsync(Keys.LiveWorkers(model), Sign(version, worker)));

    /// <summary>Versions of the model with a live worker.</summary>
    public Task<IReadOnlySet<string>> ListLiveAsync(string model) => redis.RunAsync<IReadOnlySet<string>>("model_live",
        async db => (await ListSignsAsync(db, model)).Select(sign => sign.Version).ToHashSet());

    /// <summary>Leaves what a worker has to tell about a version, for as long as a sign of life counts.</summary>
    public Task ReportAsync(string model, string version, WorkerReport report) => redis.RunAsync("model_report",
        db => db.StringSetAsync(
            Keys.WorkerReport(model, version, report.Worker),
            JsonSerializer.SerializeToUtf8Bytes(report, WireJson.Default.WorkerReport), LifeTime));

    /// <summary>What the model's live workers told, by version and worker. One that has not told yet is left out.</summary>
    public Task<ILookup<string, WorkerReport>> ListReportsAsync(string model) => redis.RunAsync("model_reports",
        async db =>
        {
            var signs = await ListSignsAsync(db, model);
            // One read each: in a cluster they lie in different slots.
            var reports = await Task.WhenAll(signs.Select(sign =>
                db.StringGetAsync(Keys.WorkerReport(model, sign.Version, sign.Worker))));
            return signs.Zip(reports)
                .Where(pair => pair.Second.HasValue)
                .Select(pair => (pair.First.Version, Report: ReadReport(pair.Second)))
                .OrderBy(pair => pair.Report.Worker, StringComparer.Ordinal)
                .ToLookup(pair => pair.Version, pair => pair.Report);
        });

    async Task<(string Version, string Worker)[]> ListSignsAsync(IDatabase db, string model)
    {
        var signs = await db.SortedSetRangeByScoreAsync(
            Keys.LiveWorkers(model), time.GetUtcNow().ToUnixTimeMilliseconds());
        return [.. signs.Select(sign => sign.ToString().Split('/', 2)).Select(parts => (parts[0], parts[1]))];
    }

    static WorkerReport ReadReport(RedisValue json) =>
        JsonSerializer.Deserialize(json.ToString(), WireJson.Default.WorkerReport)
            ?? throw new FormatException("A worker's report is empty.");

    /// <summary>Versions are names of folders: no slash in them.</summary>
    static string Sign(string version, string worker) => $"{version}/{worker}";

    static ModelVersion Read(HashEntry entry)
    {
        var name = entry.Name.ToString();
        var slash = name.IndexOf('/');
        var manifest = JsonSerializer.Deserialize(entry.Value.ToString(), WireJson.Default.ModelManifest)
            ?? throw new FormatException($"The declaration of model '{name}' is empty.");
        return new(name[..slash], name[(slash + 1)..], manifest);
    }
}
