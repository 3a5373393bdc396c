namespace SkillAi.Queue.Bench.Duel.Traffic;

/// <summary>A priority request on its way through a run of the simulation.</summary>
sealed class Request
{
    public required double Published { get; init; }
    public required double Arrived { get; set; }
    public required double Deadline { get; init; }
}

/// <summary>Draws the priority requests of a scenario; every contestant meets the same.</summary>
static class Trace
{
    public static List<Request> Of(Scenario scenario)
    {
        var chance = new Chance((scenario.Seed * 7919) + 13);
        var requests = new List<Request>();
        if (scenario.UrgentRate <= 0)
            return requests;

        foreach (var at in scenario.Pattern == Pattern.Poisson ? Steady(scenario, chance) : OnAndOff(scenario, chance))
        {
            var deadlines = scenario.Deadlines;
            var deadline = deadlines.Length == 1 ? deadlines[0] : deadlines[(int)(chance.Uniform() * deadlines.Length)];
            requests.Add(new()
            {
                Published = at,
                Arrived = at + scenario.TransportFloor + chance.Exponential(scenario.TransportJitter),
                Deadline = at + deadline,
            });
        }

        requests.Sort((x, y) => x.Arrived.CompareTo(y.Arrived));
        return requests;
    }

    static IEnumerable<double> Steady(Scenario scenario, Chance chance)
    {
        var at = chance.Exponential(1000 / scenario.UrgentRate);
        while (at < scenario.Length)
        {
            yield return at;
            at += chance.Exponential(1000 / scenario.UrgentRate);
        }
    }

    static IEnumerable<double> OnAndOff(Scenario scenario, Chance chance)
    {
        var rate = scenario.Pattern == Pattern.Sessions
            ? scenario.UrgentRate
            : scenario.UrgentRate * (scenario.OnMean + scenario.OffMean) / scenario.OnMean;
        var at = 0.0;
        while (at < scenario.Length)
        {
            var end = at + chance.Exponential(scenario.OnMean);
            for (at += chance.Exponential(1000 / rate); at < end; at += chance.Exponential(1000 / rate))
            {
                if (at >= scenario.Length)
                    yield break;
                yield return at;
            }

            at = end + chance.Exponential(scenario.OffMean);
        }
    }
}
