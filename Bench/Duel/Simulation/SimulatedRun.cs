namespace SkillAi.Queue.Bench.Duel.Simulation;

enum RunEnd
{
    Answered,
    OutOfMemory,
    Terminated,
}

sealed class SimulatedRun
{
    public required Request[] Urgent { get; init; }
    public required int Bulk { get; init; }
    public required double Start { get; init; }
    public required double End { get; set; }
    public RunEnd Outcome { get; set; }

    public int Items => Urgent.Length + Bulk;

    public double Duration => End - Start;
}
