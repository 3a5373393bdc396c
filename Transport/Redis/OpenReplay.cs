using System.Globalization;
using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>A replay of a dead letter that has not ended, by what the list of them says.</summary>
/// <param name="Id">The letter's.</param>
/// <param name="Since">When it was asked for.</param>
/// <param name="ExpiresAt">When the letter goes by itself.</param>
public readonly record struct OpenReplay(
    string Id, string Model, Lane Lane, int Items, DateTimeOffset Since, DateTimeOffset ExpiresAt)
{
    /// <param name="entry"><c>since expiry items model/lane</c>, as the script writes it.</param>
    internal static OpenReplay Parse(string id, string entry)
    {
        var parts = entry.Split(' ', '/');
        var items = int.Parse(parts[2], CultureInfo.InvariantCulture);
        return new(id, parts[3], LaneNames.Parse(parts[4]), items, At(parts[0]), At(parts[1]));
    }

    static DateTimeOffset At(string milliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(milliseconds, CultureInfo.InvariantCulture));
}
