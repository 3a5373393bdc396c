using static SkillAi.Queue.Bench.Duel.Report.DuelReport;

namespace SkillAi.Queue.Bench.Duel.Sections;

/// <summary>Three models that differ a hundredfold in what an item costs share one device.</summary>
static class Models
{
    public static void Write(DuelReport report)
    {
        report.Heading(
            "Three models on one device",
            "Endless bulk for each, 20 priority requests a second for the slow one, as shipped, 290 s.");
        DeviceProfile[] devices = [DeviceProfile.V100, DeviceProfile.Flat, DeviceProfile.Proportional];
        var device = new SharedDevice(new(), devices, configure: null);
        device.Run();
        var times = device.Tallies.Select(tally => tally.BulkTime).ToArray();
        var jain = Math.Pow(times.Sum(), 2) / (times.Length * times.Sum(time => time * time));
        report.Table(
            ["model", "share of bulk's device time %", "bulk items/s", "mean run"],
            device.Tallies.Select((tally, i) => new[]
            {
                devices[i].Name, Number(100 * times[i] / times.Sum()), Number(tally.BulkItems / 290, 0),
                Number(tally.MeanRun),
            }));

        var urgent = device.Tallies[0];
        report.Promise("Jain index of bulk's device time over three models", jain, least: 0.98);
        report.Promise("missed percent beside three models", urgent.MissPercent, most: 1);
        report.Promise("99th percentile beside three models, ms", urgent.Quantile(0.99), most: 100);
    }
}
