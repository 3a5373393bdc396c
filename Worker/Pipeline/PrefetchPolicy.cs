using SkillAi.Queue.Contracts;
using SkillAi.Queue.Worker.Batching;

namespace SkillAi.Queue.Worker.Pipeline;

/// <summary>
/// How many messages a lane has on loan. Bulk: enough items for two runs, one that runs and one that waits, of each
/// length, so that the lengths need not come in equal shares to fill a run; in messages, that divided by what a message
/// holds. Priority: as many as the setting says, but no fewer than can be on their way through the worker at once. Those
/// are what arrives within a latency target, since a message is on loan until its answer is stored, three standard
/// deviations more, by the highest rate over a second; and eight before that is known. A request that finds the loan used
/// up misses the run that starts before the next answer is stored, and is late after the one that follows.
/// <para>Changing it means to subscribe anew, so it changes only when it has been off by two for a while.</para>
/// </summary>
sealed class PrefetchPolicy(Lane lane, int priority, int maxRunItems, int lengths, TimeSpan latencyTarget)
{
    const int Least = 4;
    const int LeastPriority = 8;
    const int MostPriority = 64;
    const int Most = 1024;
    const double Memory = 0.02;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    double _itemsPerMessage = Limits.JobChunkItems;
    readonly ArrivalRate _arrivals = new();
    TimeSpan? _offSince;

    public int Current { get; private set; } =
        lane == Lane.Priority ? Math.Max(priority, LeastPriority) : Messages(maxRunItems, lengths, Limits.JobChunkItems);

    /// <returns>Whether to subscribe anew, with <see cref="Current"/> as it is now.</returns>
    public bool Received(int items, TimeSpan now)
    {
        var wanted = lane == Lane.Priority ? OnTheirWay(now) : BulkMessages(items);
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

    int OnTheirWay(TimeSpan now)
    {
        _arrivals.Arrived(now, 1);
        var expected = _arrivals.Peak * latencyTarget.TotalSeconds;
        var most = (int)Math.Ceiling(expected + (3 * Math.Sqrt(expected)));
        return Math.Max(priority, Math.Clamp(most, LeastPriority, MostPriority));
    }

    int BulkMessages(int items)
    {
        _itemsPerMessage += Memory * (items - _itemsPerMessage);
        return Messages(maxRunItems, lengths, _itemsPerMessage);
    }

    static int Messages(int maxRunItems, int lengths, double itemsPerMessage) =>
        (int)Math.Clamp(Math.Ceiling(2.0 * maxRunItems * lengths / itemsPerMessage), Least, Most);
}
