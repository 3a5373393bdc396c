using SkillAi.Queue.Contracts;
using StackExchange.Redis;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>What workers ran when their process died. A field each death and name, so that a death that is reported
/// twice counts once.</summary>
public sealed class SuspectStore(RedisConnection redis)
{
    /// <summary>More deaths than that are not the fault of what was run; what is known of them is forgotten.</summary>
    const int Most = 10_000;

    static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    /// <param name="death">Its id.</param>
    /// <param name="names">What was run; no name has a space.</param>
    public Task ReportAsync(string death, IReadOnlyCollection<string> names) => redis.WriteAsync("suspects_report", async db =>
    {
        if (await db.HashLengthAsync(Keys.Suspects) > Most)
            await db.KeyDeleteAsync(Keys.Suspects);

        await db.HashSetAsync(Keys.Suspects, [.. names.Select(name => new HashEntry($"{name} {death}", 1))]);
        return await db.KeyExpireAsync(Keys.Suspects, Kept);
    });

    /// <returns>Names to the number of deaths.</returns>
    public Task<IReadOnlyDictionary<string, int>> ListAsync() =>
        redis.RunAsync<IReadOnlyDictionary<string, int>>("suspects_list", async db =>
            (await db.HashKeysAsync(Keys.Suspects))
                .CountBy(field => field.ToString().Split(' ')[0])
                .ToDictionary());
}
