namespace SkillAi.Queue.Bench.Load;

/// <summary>Open-loop load: what leaves when is settled beforehand, whatever the service does. Latency counts from the
/// intended time, so a service that stalls the sender is not excused.</summary>
static class OpenLoop
{
    /// <param name="schedule">When each is to leave, counted from now, in order.</param>
    /// <param name="send">Gets its number, the timestamp of the start, and when it was due since then.</param>
    /// <returns>How many left.</returns>
    public static async Task<int> RunAsync(
        IEnumerable<TimeSpan> schedule, TimeProvider time, Func<int, long, TimeSpan, Task> send,
        CancellationToken cancellationToken)
    {
        var sent = await Task.Factory.StartNew(
            () => Send(schedule, time, send, cancellationToken), cancellationToken, TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        await Task.WhenAll(sent);
        return sent.Count;
    }

    public static IEnumerable<TimeSpan> Poisson(double perSecond, TimeSpan length, Random random)
    {
        for (var due = TimeSpan.Zero; due < length; due += TimeSpan.FromSeconds(-Math.Log(1 - random.NextDouble()) / perSecond))
            yield return due;
    }

    static List<Task> Send(
        IEnumerable<TimeSpan> schedule, TimeProvider time, Func<int, long, TimeSpan, Task> send,
        CancellationToken cancellationToken)
    {
        var sent = new List<Task>();
        var start = time.GetTimestamp();
        foreach (var due in schedule)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (due - time.GetElapsedTime(start) is var early && early > TimeSpan.Zero)
                FineSleep.For(early);

            // What the sleep is late stays in the latency: the intended time is `due`.
            sent.Add(send(sent.Count, start, due));
        }

        return sent;
    }
}
