using SkillAi.Queue.Contracts;
using StackExchange.Redis;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>What the system gave up on: kept for seven days, the last so many of them, to be looked into and tried
/// again.</summary>
public sealed class DeadLetterStore(RedisConnection redis, DeadLettersOptions limits, TimeProvider time)
{
    const int MostInOneScript = 32;
    const int ScanPage = 200;
    const int ReplaysPage = 1_000;

    /// <summary>Letters that one call looks at: a filter that few match must not hold up the store.</summary>
    const int MostScanned = 2_000;

    /// <summary>A replay that was lost, with its broker for instance, may be asked for again after this.</summary>
    static readonly TimeSpan ClaimValidity = TimeSpan.FromMinutes(10);

    /// <summary>Stores letters; one that is there already is written anew.</summary>
    public Task<BurialOutcome> WriteAsync(IReadOnlyList<DeadLetter> letters) => redis.WriteAsync("dead_write", async db =>
    {
        var now = time.GetUtcNow();
        var batches = await Task.WhenAll(letters.Chunk(MostInOneScript)
            .Select(batch => DeadLetterScripts.WriteAsync(db, batch, limits, now)));
        string[] dropped = [.. batches.SelectMany(batch => batch.Dropped)];
        await Task.WhenAll(dropped.Select(id => db.KeyDeleteAsync(Keys.DeadLetter(id))));
        return new BurialOutcome([.. batches.SelectMany(batch => batch.IsNew)], dropped.Length);
    });

    public Task<DeadLetter?> FindAsync(string id) => redis.RunAsync("dead_find", async db =>
        DeadLetterFields.Read(id, await db.HashGetAsync(Keys.DeadLetter(id), DeadLetterFields.All)));

    /// <summary>Letters that match, newest first, without their payloads. A page may be short before the end.</summary>
    /// <param name="after">Where the page before ended.</param>
    /// <param name="since">The oldest that counts.</param>
    public Task<DeadLetterPage> ListAsync(
        Predicate<DeadLetter> match, DeadLetterCursor? after, DateTimeOffset? since, int limit) =>
        redis.RunAsync("dead_list", async db =>
        {
            var found = new List<DeadLetter>();
            var oldest = Math.Max(
                since?.ToUnixTimeMilliseconds() ?? 0, (time.GetUtcNow() - Limits.DeadLetterTtl).ToUnixTimeMilliseconds());
            for (var scanned = 0; scanned < MostScanned; scanned += ScanPage)
            {
                var page = await ReadPageAsync(db, after, oldest);
                foreach (var (place, letter) in page)
                {
                    after = place;
                    if (letter is null || !match(letter))
                        continue;

                    found.Add(letter);
                    if (found.Count == limit)
                        return new DeadLetterPage(found, after);
                }

                if (page.Count < ScanPage)
                    return new(found, null);
            }

            return new(found, after);
        });

    public Task<bool> RemoveAsync(string id) =>
        redis.WriteAsync("dead_remove", db => DeadLetterScripts.RemoveAsync(db, id));

    /// <summary>Marks a letter as being tried again, for one caller at a time.</summary>
    public Task<ClaimOutcome> ClaimAsync(string id) =>
        redis.WriteAsync("dead_claim", db => DeadLetterScripts.ClaimAsync(db, id, ClaimValidity, time.GetUtcNow()));

    /// <summary>It is not being tried after all.</summary>
    public Task ReleaseAsync(string id) =>
        redis.WriteAsync("dead_release", db => DeadLetterScripts.ReleaseAsync(db, id));

    /// <summary>Replays that have not ended, without a look at their letters: there may be a hundred thousand. In no
    /// order, and rarely one twice.</summary>
    public Task<IReadOnlyList<OpenReplay>> ReplayingAsync() =>
        redis.RunAsync<IReadOnlyList<OpenReplay>>("dead_replaying", async db =>
        {
            var now = time.GetUtcNow();
            var found = new List<OpenReplay>();
            await foreach (var entry in db.HashScanAsync(Keys.DeadLetterReplays, pageSize: ReplaysPage))
            {
                var replay = OpenReplay.Parse(entry.Name.ToString(), entry.Value.ToString());
                if (replay.ExpiresAt > now)
                    found.Add(replay);
            }

            return found;
        });

    static async Task<DeadLetter?[]> ReadAsync(IDatabase database, IReadOnlyList<string> ids)
    {
        var letters = await Task.WhenAll(ids.Select(id => database.HashGetAsync(Keys.DeadLetter(id), DeadLetterFields.Shown)));
        return [.. ids.Zip(letters, DeadLetterFields.Read)];
    }

    static async Task<List<(DeadLetterCursor Place, DeadLetter? Letter)>> ReadPageAsync(
        IDatabase database, DeadLetterCursor? after, long oldest)
    {
        // Those of the cursor's own instant come again and are left out by their ids, which are in order then.
        var newest = after is { } cursor ? cursor.FailedAt : double.PositiveInfinity;
        var page = new List<(DeadLetterCursor, DeadLetter?)>();
        for (var skip = 0; page.Count < ScanPage;)
        {
            var entries = await database.SortedSetRangeByScoreWithScoresAsync(
                Keys.DeadLetters, oldest, newest, Exclude.None, Order.Descending, skip, ScanPage);
            var places = Array.ConvertAll(entries, entry => new DeadLetterCursor((long)entry.Score, entry.Element.ToString()))
                .Where(place => IsBehind(place, after)).Take(ScanPage - page.Count).ToArray();
            page.AddRange(places.Zip(await ReadAsync(database, Array.ConvertAll(places, place => place.Id))));
            if (entries.Length < ScanPage)
                break;

            skip += entries.Length;
        }

        return page;
    }

    static bool IsBehind(DeadLetterCursor place, DeadLetterCursor? after) => after is not { } cursor
        || place.FailedAt < cursor.FailedAt
        || (place.FailedAt == cursor.FailedAt && string.CompareOrdinal(place.Id, cursor.Id) < 0);
}
