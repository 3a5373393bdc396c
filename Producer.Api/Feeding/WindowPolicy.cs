namespace SkillAi.Queue.Producer.Feeding;

/// <summary>
/// How many items of jobs a model's bulk lane may hold. A job alone gets the whole window. Where jobs share the lane, all
/// that the window holds stands before a job that has just come, so it is kept as small as the workers allow: it grows
/// when less than half of it is left at a look, before they run dry, and shrinks when more than three quarters are. Holds
/// no clock; the shell looks every few milliseconds.
/// </summary>
static class WindowPolicy
{
    const double Low = 0.5;
    const double High = 0.75;
    const double Growth = 1.5;
    const double Decay = 0.9;

    /// <param name="window">Now, in items.</param>
    /// <param name="inFlight">Items of it that are not answered.</param>
    /// <param name="isShared">Whether more than one job was on its way lately.</param>
    /// <param name="least">What the workers hold.</param>
    /// <param name="most">The setting.</param>
    public static int Next(int window, long inFlight, bool isShared, int least, int most)
    {
        if (!isShared)
            return most;

        var left = (double)inFlight / window;
        var next = left < Low ? window * Growth : left > High ? window * Decay : window;
        return (int)Math.Clamp(next, Math.Min(least, most), most);
    }
}
