using System.Text.Json;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Transport.Redis;
using StackExchange.Redis;

namespace SkillAi.Queue.Tests.Chaos;

/// <summary>What lies in Redis when all is answered: nothing that waits, nothing that stays for ever, and nothing twice.
/// Jobs and requests bear the name that their caller gave them, so that a call which was done twice left two.</summary>
sealed class Remains(Ledger ledger, RequestStore requests, IDatabase database)
{
    readonly HashSet<string> _jobs = [.. ledger.Jobs.Values.Select(job => job.Name)];
    readonly HashSet<string> _requests = [.. ledger.Requests.Values.Select(request => request.Name)];
    readonly List<string> _wrong = [];

    public long Doubled { get; private set; }

    public IReadOnlyList<string> Wrong => _wrong;

    public async Task CheckAsync(IServer server)
    {
        await foreach (var key in server.KeysAsync(pageSize: 1000))
        {
            await CheckKeyAsync(key.ToString());
            switch (key.ToString().Split(':'))
            {
                case [_, var job, "job"] when !ledger.Jobs.ContainsKey(job.Trim('{', '}')):
                    await CheckJobAsync(key);
                    break;
                case [_, _, "result" or "request", var request] when !ledger.Requests.ContainsKey(request):
                    await CheckRequestAsync(request);
                    break;
            }
        }
    }

    async Task CheckKeyAsync(string name)
    {
        if (name.EndsWith(":blobs", StringComparison.Ordinal))
            _wrong.Add($"the spool holds {name}");
        else if (name.EndsWith(":open", StringComparison.Ordinal))
            _wrong.Add($"{name} still lists {string.Join(", ", await database.SortedSetRangeByRankAsync(name, 0, 4))}");
        else if (name.EndsWith(":backlog", StringComparison.Ordinal))
            await CheckBacklogAsync(name);
        else if (name is not (Keys.Models or Keys.FeederEpoch) && await LivesForeverAsync(name))
            _wrong.Add($"{name} has no time to live");
    }

    // Nor has a key that is gone by now; the other way round it might go in between.
    async Task<bool> LivesForeverAsync(string key) =>
        await database.KeyTimeToLiveAsync(key) is null && await database.KeyExistsAsync(key);

    async Task CheckBacklogAsync(string key)
    {
        foreach (var count in await database.HashGetAllAsync(key))
        {
            if ((long)count.Value != 0 && !count.Name.ToString().StartsWith("answered ", StringComparison.Ordinal))
                _wrong.Add($"{key} counts {count.Value} items of {count.Name} that nobody waits for");
        }
    }

    /// <summary>One that nobody was told of. An upload that failed may have been made anew under another id.</summary>
    async Task CheckJobAsync(RedisKey key)
    {
        var fields = await database.HashGetAsync(key, ["state", "metadata"]);
        if (fields[0] != "failed" && !fields[1].IsNull
            && JsonSerializer.Deserialize<Dictionary<string, string>>(fields[1].ToString())!.GetValueOrDefault("name") is { } name)
        {
            Count(_jobs, key.ToString(), name);
        }
    }

    async Task CheckRequestAsync(string id)
    {
        if ((await requests.FindAsync(id)).Found?.Metadata?.GetValueOrDefault("name") is { } name)
            Count(_requests, id, name);
    }

    void Count(HashSet<string> promised, string stranger, string name)
    {
        if (!promised.Contains(name))
            return;

        Doubled++;
        _wrong.Add($"{name} was done twice: {stranger} is the other one");
    }
}
