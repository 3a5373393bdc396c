using System.Diagnostics;
using System.Globalization;

namespace SkillAi.Queue.Bench.Load;

/// <summary>CPU time and peak memory of other processes, from <c>/proc</c>, so that a figure does not depend on how
/// busy the machine is.</summary>
sealed class ProcessUse(IReadOnlyList<int> processes)
{
    readonly TimeSpan[] _before = [.. processes.Select(Cpu)];

    /// <summary>One line a process: name, CPU time since construction for each of <paramref name="items"/>, memory.</summary>
    public IEnumerable<string> Report(long items)
    {
        var sum = TimeSpan.Zero;
        for (var i = 0; i < processes.Count; i++)
        {
            using var process = Process.GetProcessById(processes[i]);
            var used = Cpu(processes[i]) - _before[i];
            sum += used;
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{process.ProcessName} {processes[i]}: {used.TotalMicroseconds / items:0.0} us CPU an item, peak {Peak(processes[i])} MB RSS");
        }

        yield return string.Create(CultureInfo.InvariantCulture, $"sum: {sum.TotalMicroseconds / items:0.0} us CPU an item");
    }

    static TimeSpan Cpu(int id)
    {
        using var process = Process.GetProcessById(id);
        return process.TotalProcessorTime;
    }

    static long Peak(int id)
    {
        var line = File.ReadLines($"/proc/{id}/status").First(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
    }
}
