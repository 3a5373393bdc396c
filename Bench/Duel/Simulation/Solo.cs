namespace SkillAi.Queue.Bench.Duel.Simulation;

/// <summary>One worker that meets a whole trace.</summary>
static class Solo
{
    /// <param name="hopeless">Give up, as a total miss, once that many requests wait: a grid search need not watch
    /// every collapse to its end.</param>
    public static Tally Run(Scenario scenario, Contestant contestant, int hopeless = int.MaxValue)
    {
        var worker = new SimulatedWorker(scenario, contestant);
        var requests = Trace.Of(scenario);
        var next = 0;
        var nextJob = scenario is { EndlessBulk: false, JobEvery: > 0 } ? 0 : double.PositiveInfinity;
        worker.Continue(0);
        while (true)
        {
            var arrival = next < requests.Count ? requests[next].Arrived : double.PositiveInfinity;
            var now = Math.Min(Math.Min(arrival, nextJob), worker.NextEvent);
            if (now > scenario.Length || worker.Urgent.Count > hopeless)
                break;

            if (now == worker.NextEvent)
            {
                worker.Continue(now);
            }
            else if (now == arrival)
            {
                worker.Arrive(now, requests[next++]);
            }
            else
            {
                worker.ArriveBulk(now, scenario.JobItems);
                nextJob = now + scenario.JobEvery;
            }
        }

        worker.Finish();
        return worker.Tally;
    }
}
