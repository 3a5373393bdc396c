using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Worker.Pipeline;

/// <summary>
/// How many messages a lane has on loan. Bulk: enough items for two runs, one that runs and one that waits, of each
/// length, so that the lengths need not come in equal shares to fill a run; in messages, that divided by what a message
/// holds. Priority: as many as the setting says; more than one, or the device would wait for the broker between any two.
/// <para>Changing it means to subscribe anew, so it changes only when it has been off by two for a while.</para>
/// </summary>
sealed class PrefetchPolicy(Lane lane, int priority, int maxRunItems, int lengths)
{
    const int Least = 4;
    const int Most = 1024;
    const double Memory = 0.02;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    double _itemsPerMessage = Limits.JobChunkItems;
    TimeSpan? _offSince;

    public int Current { get; private set; } =
        lane == Lane.Priority ? priority : Messages(maxRunItems, lengths, Limits.JobChunkItems);

    /// <returns>Whether to subscribe anew, with <see cref="Current"/> as it is now.</returns>
    public bool Received(int items, TimeSpan now)
    {
        if (lane == Lane.Priority)
            return false;

        _itemsPerMessage += Memory * (items - _itemsPerMessage);
        var wanted = Messages(maxRunItems, lengths, _itemsPerMessage);
        if (wanted <= Current * 2 && wanted * 2 >= Current)
        {
            _offSince = null;
            return false;
        }

        _offSince ??= now;
        if (now - _offSince < Patience)
            return false;

        (Current, _offSince) = (wanted, null);
        return true;
    }

    static int Messages(int maxRunItems, int lengths, double itemsPerMessage) =>
        (int)Math.Clamp(Math.Ceiling(2.0 * maxRunItems * lengths / itemsPerMessage), Least, Most);
}
