using SkillAi.Queue.Contracts;
using StackExchange.Redis;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>What workers ran when their process died, for a day. A field each death and name, with the time of the report, so
/// that a death that is reported twice counts once.</summary>
public sealed class SuspectStore(RedisConnection redis, TimeProvider time)
{
    /// <summary>Deaths that are remembered; a storm of them is not the fault of what was run.</summary>
    const int Most = 1000;

    static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    /// <param name="death">Its id.</param>
    /// <param name="names">What was run; no name has a space.</param>
    public Task ReportAsync(string death, IReadOnlyCollection<string> names) => redis.WriteAsync("suspects_report", async db =>
    {
        var now = time.GetUtcNow();
        var old = Outdated(await ReadAsync(db), now).Select(known => (RedisValue)known.Field).ToArray();
        if (old.Length > 0)
            await db.HashDeleteAsync(Keys.Suspects, old);

        await db.HashSetAsync(
            Keys.Suspects, [.. names.Select(name => new HashEntry($"{name} {death}", now.ToUnixTimeMilliseconds()))]);
        return await db.KeyExpireAsync(Keys.Suspects, Kept);
    });

    /// <returns>Names to the number of deaths.</returns>
    public Task<IReadOnlyDictionary<string, int>> ListAsync() =>
        redis.RunAsync<IReadOnlyDictionary<string, int>>("suspects_list", async db =>
            (await ReadAsync(db)).Where(known => !IsOld(known, time.GetUtcNow())).CountBy(known => known.Name).ToDictionary());

    static IEnumerable<Known> Outdated(IReadOnlyList<Known> all, DateTimeOffset now)
    {
        var newest = all.GroupBy(known => known.Death).OrderByDescending(death => death.Max(known => known.At))
            .Take(Most - 1).Select(death => death.Key).ToHashSet();
        return all.Where(known => IsOld(known, now) || !newest.Contains(known.Death));
    }

    static bool IsOld(Known known, DateTimeOffset now) => now - known.At >= Kept;

    static async Task<IReadOnlyList<Known>> ReadAsync(IDatabase db) =>
        [.. (await db.HashGetAllAsync(Keys.Suspects)).Select(entry => new Known(
            entry.Name.ToString(), DateTimeOffset.FromUnixTimeMilliseconds((long)entry.Value)))];

    readonly record struct Known(string Field, DateTimeOffset At)
    {
        public string Name => Field.Split(' ')[0];
        public string Death => Field.Split(' ')[^1];
    }
}
