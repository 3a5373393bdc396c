using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Producer.Feeding;

/// <summary>
/// How many items of jobs a model's bulk lane may hold. All that it holds stands before a job that has just come, and is still
/// answered after a pause. A job alone gets what the workers answer in a given time, and what they can hold, whatever that
/// takes. Where jobs share the lane it is kept as small as the workers allow: it grows when less than half of it is left at
/// a look, before they run dry, and shrinks when more than three quarters are. Holds no clock; the shell looks every few
/// milliseconds.
/// </summary>
static class WindowPolicy
{
    /// <summary>Two runs of the largest size, items: one under way and one prepared.</summary>
    const int WorkerNeeds = 2 * Limits.MaxChunkItems;

    /// <summary>The same for each of four lengths, so that runs of one length are large.</summary>
    const int WorkerHolds = 4 * WorkerNeeds;

    const double Low = 0.5;
    const double High = 0.75;
    const double Growth = 1.5;
    const double Decay = 0.9;

    /// <param name="window">Now, in items.</param>
    /// <param name="inFlight">Items of it that are not answered.</param>
    /// <param name="isShared">Whether more than one job was on its way lately.</param>
    /// <param name="workers">How many consume the lane.</param>
    /// <param name="ahead">Items that they answer in the time for which a job alone is fed ahead.</param>
    /// <param name="most">The setting.</param>
    public static int Next(int window, long inFlight, bool isShared, int workers, double ahead, int most)
    {
        if (!isShared)
            return (int)Math.Min(most, Math.Max(ahead, (double)workers * WorkerHolds));

        var least = (double)workers * WorkerNeeds;
        var left = (double)inFlight / window;
        var next = left < Low ? window * Growth : left > High ? window * Decay : window;
        return (int)Math.Clamp(next, Math.Min(least, most), most);
    }
}
