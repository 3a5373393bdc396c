using SkillAi.Queue.Contracts;
using StackExchange.Redis;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>The scripts of dead letters, each with its keys and arguments in one place.</summary>
static class DeadLetterScripts
{
    /// <summary>Values of each letter besides its fields: id, bytes and attempts.</summary>
    const int Leading = 3;

    static readonly RedisScript WriteScript = RedisScript.Load("dead-write");
    static readonly RedisScript RemoveScript = RedisScript.Load("dead-remove");
    static readonly RedisScript ClaimScript = RedisScript.Load("dead-claim");
    static readonly RedisScript ReleaseScript = RedisScript.Load("dead-release");

    /// <returns>For each letter whether it is new, and the ids of those that had to make room.</returns>
    public static async Task<(bool[] IsNew, string[] Dropped)> WriteAsync(
        IDatabase database, IReadOnlyList<DeadLetter> letters, DeadLettersOptions limits, DateTimeOffset now)
    {
        RedisKey[] keys =
        [
            Keys.DeadLetters, Keys.DeadLetterSizes, Keys.DeadLetterReplays,
            .. letters.Select(letter => (RedisKey)Keys.DeadLetter(letter.Id)),
        ];
        const int Width = Leading + DeadLetterFields.Values;
        var arguments = new List<RedisValue>(5 + (Width * letters.Count))
        {
            now.ToUnixTimeMilliseconds(), (long)Limits.DeadLetterTtl.TotalMilliseconds, limits.MaxCount, limits.MaxBytes, Width,
        };
        foreach (var letter in letters)
        {
            arguments.Add(letter.Id);
            arguments.Add(letter.Bytes);
            arguments.Add(letter.Attempts);
            DeadLetterFields.Write(arguments, letter);
        }

        var results = (RedisResult[])(await WriteScript.RunAsync(database, keys, [.. arguments]))!;
        return (
            Array.ConvertAll(results[..letters.Count], isNew => (bool)isNew),
            Array.ConvertAll(results[letters.Count..], id => id.ToString()));
    }

    public static async Task<bool> RemoveAsync(IDatabase database, string id) => (bool)await RemoveScript.RunAsync(
        database, [Keys.DeadLetters, Keys.DeadLetterSizes, Keys.DeadLetter(id), Keys.DeadLetterReplays], [id]);

    public static async Task<ClaimOutcome> ClaimAsync(IDatabase database, string id, TimeSpan validity, DateTimeOffset now) =>
        (ClaimOutcome)(int)await ClaimScript.RunAsync(
            database, [Keys.DeadLetter(id), Keys.DeadLetterReplays],
            [
                now.ToUnixTimeMilliseconds(), (long)validity.TotalMilliseconds, id,
                (long)Limits.DeadLetterTtl.TotalMilliseconds,
            ]);

    public static Task<RedisResult> ReleaseAsync(IDatabase database, string id) =>
        ReleaseScript.RunAsync(database, [Keys.DeadLetter(id), Keys.DeadLetterReplays], [id]);
}
