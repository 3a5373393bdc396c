using System.Globalization;

namespace SkillAi.Queue.Worker.Models.Onnx;

/// <summary>How many processors this process may use at once.</summary>
static class CpuQuota
{
    const string Version2 = "/sys/fs/cgroup/cpu.max";
    const string Version1 = "/sys/fs/cgroup/cpu/cpu.cfs_quota_us";
    const string Version1Period = "/sys/fs/cgroup/cpu/cpu.cfs_period_us";

    public static int Threads()
    {
        var cgroup = File.Exists(Version2) ? File.ReadAllText(Version2)
            : File.Exists(Version1) ? $"{File.ReadAllText(Version1).Trim()} {File.ReadAllText(Version1Period).Trim()}"
            : "";
        return Threads(cgroup, Environment.ProcessorCount);
    }

    /// <summary>Rounded down, since a thread more than the quota is a thread that gets throttled.</summary>
    /// <param name="cgroup">Quota and period in microseconds; a quota of <c>max</c> or -1 means none.</param>
    public static int Threads(string cgroup, int processors)
    {
        var parts = cgroup.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var isLimited = parts.Length == 2
            & long.TryParse(parts.FirstOrDefault(), CultureInfo.InvariantCulture, out var quota)
            & long.TryParse(parts.LastOrDefault(), CultureInfo.InvariantCulture, out var period);
        if (!isLimited || quota <= 0 || period <= 0)
            return processors;

        return (int)Math.Clamp(quota / period, 1, processors);
    }
}
