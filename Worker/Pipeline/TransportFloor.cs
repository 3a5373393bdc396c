namespace SkillAi.Queue.Worker.Pipeline;

/// <summary>The fastest that work came from intake to here, lately: what a deadline cannot be planned with. The
/// fastest, since every slower one may have waited because of us. Not safe for concurrent use.</summary>
sealed class TransportFloor
{
    const int Window = 128;

    readonly TimeSpan[] _recent = new TimeSpan[Window];
    int _next;
    int _count;

    public TimeSpan Add(TimeSpan transport)
    {
        // A clock that runs ahead makes it negative; nothing is faster than no time.
        _recent[_next] = transport > TimeSpan.Zero ? transport : TimeSpan.Zero;
        _next = (_next + 1) % Window;
        _count = Math.Min(_count + 1, Window);

        var floor = TimeSpan.MaxValue;
        foreach (var sample in _recent.AsSpan(0, _count))
            floor = sample < floor ? sample : floor;

        return floor;
    }
}
