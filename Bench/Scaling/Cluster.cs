namespace SkillAi.Queue.Bench.Scaling;

/// <summary>What a pool runs on.</summary>
/// <param name="ItemsPerSecond">One ready pod.</param>
/// <param name="StartSeconds">From the decision to a ready pod: scheduling, image, load, warm-up.</param>
/// <param name="DrainSeconds">From the decision to the end of a pod. It takes no new work meanwhile, but holds its device.</param>
sealed record Cluster(double ItemsPerSecond = 100, int StartSeconds = 60, int DrainSeconds = 20);

/// <summary>The pods of a pool: those that come, those that serve, those that go.</summary>
sealed class Pods(Cluster cluster)
{
    readonly List<int> _readyAt = [];
    readonly List<int> _goneAt = [];

    public int Count => _readyAt.Count;

    public int Ready(int time) => _readyAt.Count(ready => ready <= time);

    /// <summary>Pods that hold a device, the draining ones included.</summary>
    public int Alive(int time) => Count + _goneAt.Count(gone => gone > time);

    public void Start(int count, int readyAt) => _readyAt.AddRange(Enumerable.Repeat(readyAt, count));

    /// <summary>Those that are not ready go first, then the youngest.</summary>
    public void ScaleTo(int count, int time)
    {
        if (count > Count)
            Start(count - Count, time + cluster.StartSeconds);

        while (Count > count)
        {
            _readyAt.Sort();
            if (_readyAt[^1] <= time)
                _goneAt.Add(time + cluster.DrainSeconds);

            _readyAt.RemoveAt(Count - 1);
        }
    }
}
