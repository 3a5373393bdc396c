using System.Runtime.InteropServices;

namespace SkillAi.Queue.Bench.Load;

/// <summary>Sleeps a thread, exact to some 0.1 ms. The runtime's timers go off at whole milliseconds, on a pool that may be
/// busy with answers: a sender that waits by them is late by half a millisecond and more, which would count as latency of
/// the service.</summary>
static partial class FineSleep
{
    public static void For(TimeSpan duration) => _ = Sleep((uint)duration.TotalMicroseconds);

    [LibraryImport("libc", EntryPoint = "usleep")]
    private static partial int Sleep(uint microseconds);
}
