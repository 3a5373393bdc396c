using System.IO.Compression;
using System.Text.Json;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Contracts.Wire;
using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Transport.Redis;
using StackExchange.Redis;

namespace SkillAi.Queue.Tests.Chaos;

/// <summary>Compares what was accepted with what Redis holds, read as it lies there and not through the API, and with
/// what the model says it ran.</summary>
sealed class Account(ChaosCluster cluster, Ledger ledger)
{
    readonly RunCount _runs = new();
    readonly Letters _letters = new();
    readonly List<string> _wrong = [];

    public long Lost { get; private set; }

    public long Doubled { get; private set; }

    public long Stuck { get; private set; }

    /// <summary>Items of what was accepted in a second that the store was made to forget, and that is gone with it.</summary>
    public long Undone { get; private set; }

    /// <summary>Dead letters of items that the model refuses.</summary>
    public int Letters => _letters.Count;

    /// <summary>Runs of items beyond the first, as a share of the first ones.</summary>
    public double Repeated => _runs.RepeatedShare;

    public IReadOnlyList<string> Wrong => _wrong;

    public async Task TakeAsync()
    {
        foreach (var log in cluster.RunLogs)
            _runs.Read(log);

        await using var redis = new RedisConnection(cluster.Redis.ConnectionString);
        var store = new RequestStore(redis, TimeProvider.System);
        await Eventually.IsTrueAsync(() => redis.IsConnected);
        foreach (var page in ledger.Requests.Chunk(512))
            await Task.WhenAll(page.Select(request => CheckRequestAsync(store, request.Key, request.Value)));

        await cluster.ReadAsync(async (database, server) =>
        {
            foreach (var (id, job) in ledger.Jobs)
                await CheckJobAsync(database, id, job);

            var remains = new Remains(ledger, store, database);
            await remains.CheckAsync(server);
            Doubled += remains.Doubled;
            _wrong.AddRange([.. remains.Wrong, .. await _letters.CheckAsync(database)]);
            return true;
        });
        _wrong.AddRange((await cluster.FindFullQueuesAsync()).Select(queue => $"queue not empty: {queue}"));
    }

    async Task CheckJobAsync(IDatabase database, string id, Promise job)
    {
        var fields = (await database.HashGetAllAsync(Keys.Job(id))).ToDictionary(field => field.Name.ToString(), field => field.Value);
        if (fields.Count == 0)
        {
            Miss(job, $"job {id} is gone");
            return;
        }

        var state = fields["state"].ToString();
        if (state is "receiving" or "running" or "paused")
        {
            var ran = Enumerable.Range(0, job.Items).Count(item => _runs.Of($"{job.Name}{item}") > 0);
            Strand($"job {id} is {state}; {ran} items of {job.Name} have run; {string.Join(", ", fields.Select(field => $"{field.Key} {field.Value}"))}");
            return;
        }

        if (state != "succeeded")
        {
            Miss(job, $"job {id} is {state}: {fields.GetValueOrDefault("error")}");
            return;
        }

        var poison = Enumerable.Range(0, job.Items).Where(Poison.IsItem).ToList();
        var counts = (fields.GetValueOrDefault("succeeded"), fields.GetValueOrDefault("failed"), fields["received"]);
        if (counts != (job.Items - poison.Count, poison.Count, job.Items))
            _wrong.Add($"job {id} of {job.Items} counts (succeeded, failed, received) {counts}");

        _letters.Expect(id, poison);
        CheckItems(id, job, await database.HashGetAllAsync(Keys.JobResults(id)));
    }

    void CheckItems(string id, Promise job, HashEntry[] chunks)
    {
        var outcomes = new int[job.Items];
        foreach (var chunk in chunks)
        {
            using var lines = new StreamReader(new GZipStream(new MemoryStream((byte[])chunk.Value!), CompressionMode.Decompress));
            while (lines.ReadLine() is { } line)
            {
                using var result = JsonDocument.Parse(line);
                var index = result.RootElement.GetProperty("index").GetInt32();
                outcomes[index]++;
                var outcome = result.RootElement.GetProperty("outcome").GetString();
                if (result.RootElement.GetProperty("id").GetInt32() != index || outcome != (Poison.IsItem(index) ? "failed" : "succeeded"))
                    _wrong.Add($"job {id}, item {index}: {line}");
            }
        }

        var lost = outcomes.Count(count => count == 0);
        var doubled = outcomes.Count(count => count > 1);
        var neverRun = Enumerable.Range(0, job.Items).Count(item => !Poison.IsItem(item) && _runs.Of($"{job.Name}{item}") == 0);
        (Lost, Doubled) = (Lost + lost, Doubled + doubled);
        if (lost + doubled + neverRun > 0)
            _wrong.Add($"job {id}: {lost} items without an outcome, {doubled} with several, {neverRun} answered and never run");
    }

    async Task CheckRequestAsync(RequestStore store, string id, Promise request)
    {
        var found = (await store.FindAsync(id)).Found;
        lock (_wrong)
        {
            if (found is null)
                Miss(request, $"request {id} is gone");
            else if (!found.State.IsTerminal())
                Strand($"request {id} is {found.State}");
            else if (found.State != (request.IsPoison ? RequestState.Failed : RequestState.Succeeded) || !IsOneOutcome(found.Outputs))
                _wrong.Add($"request {id} is {found.State}");
            else if (!request.IsPoison && _runs.Of(request.Name) == 0)
                _wrong.Add($"request {id} was answered and never run");
            else
                _letters.Expect(id, request.IsPoison ? [0] : []);
        }
    }

    void Miss(Promise promise, string what)
    {
        if (ledger.MayBeUndone(promise))
        {
            Undone += promise.Items;
            return;
        }

        Lost += promise.Items;
        _wrong.Add(what);
    }

    void Strand(string what)
    {
        Stuck++;
        _wrong.Add(what);
    }

    static bool IsOneOutcome(RawJson? outputs)
    {
        if (outputs is not { } json)
            return false;

        using var array = JsonDocument.Parse(json.Utf8);
        return array.RootElement.GetArrayLength() == 1;
    }
}
