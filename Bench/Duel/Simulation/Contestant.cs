namespace SkillAi.Queue.Bench.Duel.Simulation;

/// <summary>What a contestant does: run that much now, or look again at <see cref="WakeAt"/>.</summary>
readonly record struct Choice(int Urgent, int Bulk, double WakeAt)
{
    public static Choice Run(int urgent, int bulk) => new(urgent, bulk, 0);

    public static Choice Wait(double until = double.PositiveInfinity) => new(0, 0, until);
}

/// <summary>A batching policy in the duel. It is asked when the device is free: at arrivals, ends of runs and wake-ups.
/// It may shed waiting requests through the worker before it answers.</summary>
abstract class Contestant(string name)
{
    public string Name { get; } = name;

    public abstract Choice Choose(SimulatedWorker worker);

    public virtual void Arrived(SimulatedWorker worker, Request request)
    {
    }

    /// <summary>A run ended: answered, out of memory or terminated.</summary>
    public virtual void Ended(SimulatedWorker worker, SimulatedRun run)
    {
    }

    /// <summary>Whether the running bulk run is to be terminated for what waits.</summary>
    public virtual bool Terminates(SimulatedWorker worker, SimulatedRun run) => false;
}
