using System.Globalization;

namespace SkillAi.Queue.Contracts.Requests;

/// <summary>
/// Ids of requests: <c>req_</c>, a UUID of version 7, two hexadecimal digits for the shard of the store, six that check
/// the rest. They sort by time and are safe in a URL, a file name and a Redis hash tag. The shard is chosen, not
/// hashed: requests that travel together are stored together. The check tells an id that was issued and whose record
/// has expired from one that never was, so that nothing has to be kept to tell it.
/// </summary>
public static class RequestId
{
    public const int Shards = 64;

    const string Prefix = "req_";
    const int TimeLength = 12;
    const int ShardAt = 36;
    const int CheckAt = ShardAt + 2;
    const int Length = CheckAt + 6;

    /// <param name="shard">0 to 63.</param>
    public static string New(DateTimeOffset now, int shard) => string.Create(Length, (now, shard), static (id, given) =>
    {
        Prefix.CopyTo(id);
        Guid.CreateVersion7(given.now).TryFormat(id[Prefix.Length..], out _, "N");
        given.shard.TryFormat(id[ShardAt..], out _, "x2", CultureInfo.InvariantCulture);
        Check(id).TryFormat(id[CheckAt..], out _, "x6", CultureInfo.InvariantCulture);
    });

    /// <summary>Whether this system made it, as far as six digits tell.</summary>
    public static bool IsIssued(ReadOnlySpan<char> id) =>
        id.Length == Length
        && id.StartsWith(Prefix)
        && uint.TryParse(id[CheckAt..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var check)
        && check == Check(id);

    /// <exception cref="ArgumentException">It is not an issued id.</exception>
    public static int Shard(ReadOnlySpan<char> id) =>
        id.Length == Length
        && int.TryParse(id[ShardAt..CheckAt], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var shard)
        && shard < Shards
            ? shard
            : throw new ArgumentException($"'{id}' is not the id of a request.", nameof(id));

    /// <summary>When it was made, to the millisecond.</summary>
    /// <exception cref="ArgumentException">It is not an issued id.</exception>
    public static DateTimeOffset MadeAt(ReadOnlySpan<char> id) =>
        id.Length == Length
        && long.TryParse(
            id.Slice(Prefix.Length, TimeLength), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var ms)
            ? DateTimeOffset.FromUnixTimeMilliseconds(ms)
            : throw new ArgumentException($"'{id}' is not the id of a request.", nameof(id));

    /// <summary>The hash of all before it, folded to 24 bits.</summary>
    static uint Check(ReadOnlySpan<char> id)
    {
        var hash = Fnv1a.Hash(id[..CheckAt]);
        return (hash >> 24) ^ (hash & 0xFFFFFF);
    }
}
