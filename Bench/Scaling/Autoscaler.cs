namespace SkillAi.Queue.Bench.Scaling;

/// <summary>The horizontal pod autoscaler's rules for external metrics of type AverageValue: proposals, stabilisation
/// windows, rate limits. Time is in seconds; it is told, never read.</summary>
/// <remarks>A proposal is ceil(total / target), or the present number if that is within 10 % of right. The largest
/// proposal counts. Up, the smallest recommendation of the window is followed, down the largest. Then the policies limit
/// the change: each starts from the number of pods before the changes of its period.</remarks>
sealed class Autoscaler(PoolScaling scaling)
{
    const double Tolerance = 0.1;

    readonly List<(int Time, int Pods)> _recommended = [];
    readonly List<(int Time, int Change)> _changes = [];

    public int Step(int time, int current, Func<TriggerSignal, double> measure)
    {
        var wanted = scaling.Triggers.Max(trigger => Propose(measure(trigger.Signal), trigger.Target, current));
        var stable = Stabilise(time, current, wanted);
        var limited = stable > current ? Math.Min(stable, Limit(scaling.Up, time, current, direction: 1))
            : stable < current ? Math.Max(stable, Limit(scaling.Down, time, current, direction: -1))
            : current;
        var pods = Math.Clamp(limited, Math.Max(1, scaling.MinReplicas), scaling.MaxReplicas);
        if (pods != current)
            _changes.Add((time, pods - current));

        return pods;
    }

    static int Propose(double total, double target, int current)
    {
        var ratio = total / (target * current);
        return Math.Abs(ratio - 1) <= Tolerance ? current : (int)Math.Ceiling(total / target);
    }

    int Stabilise(int time, int current, int wanted)
    {
        var up = Recent(time, scaling.Up.WindowSeconds).Append(wanted).Min();
        var down = Recent(time, scaling.Down.WindowSeconds).Append(wanted).Max();
        _recommended.Add((time, wanted));
        return current < up ? up : current > down ? down : current;
    }

    IEnumerable<int> Recent(int time, int window) =>
        _recommended.Where(recommended => recommended.Time > time - window).Select(recommended => recommended.Pods);

    int Limit(ScaleRules rules, int time, int current, int direction)
    {
        var limits = rules.Policies.Select(policy =>
        {
            var start = current - _changes.Where(change => change.Time > time - policy.PeriodSeconds).Sum(change => change.Change);
            var limit = !policy.IsPercent ? start + (direction * policy.Value)
                : direction > 0 ? (int)Math.Ceiling(start * (1 + (policy.Value / 100.0)))
                : (int)(start * (1 - (policy.Value / 100.0)));
            return direction > 0 ? Math.Max(limit, current) : Math.Min(limit, current);
        });
        return direction > 0 == rules.SelectsMost ? limits.Max() : limits.Min();
    }
}
