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
        WriteUnmixable(report);
    }

    static void WriteUnmixable(DuelReport report)
    {
        report.Heading(
            "Priority that cannot share a run",
            "Priority requests for one model, endless bulk for another, both on the slow card, as shipped, 290 s.");
        double[] rates = [5, 20, 50, 100];
        var cells = Measured.Parallel([.. rates.SelectMany<double, Func<SharedDevice>>(rate =>
            [() => RunUnmixable(rate, defers: false), () => RunUnmixable(rate, defers: true)])]);
        report.Table(
            ["requests/s", "at once: p50 ms", "p99 ms", "missed %", "% of pure bulk", "deferred: p50 ms", "p99 ms", "missed %", "% of pure bulk"],
            rates.Select((rate, i) => Cells(cells[2 * i]).Concat(Cells(cells[(2 * i) + 1])).Prepend(Number(rate, 0))));
        foreach (var (i, rate) in rates.Index())
        {
            var (eager, deferred) = (cells[2 * i], cells[(2 * i) + 1]);
            report.Promise($"missed percent when deferred at {rate}/s", deferred.Tallies[0].MissPercent, most: 1);
            report.Promise($"throughput when deferred at {rate}/s, of that at once", Percent(deferred) / Percent(eager), least: 1);
        }
    }

    static SharedDevice RunUnmixable(double rate, bool defers)
    {
        var device = new SharedDevice(
            new() { UrgentRate = rate }, [DeviceProfile.V100, DeviceProfile.V100], configure: null)
        {
            IsMixable = false, Defers = defers,
        };
        device.Run();
        return device;
    }

    static IEnumerable<string> Cells(SharedDevice device) =>
    [
        Number(device.Tallies[0].Quantile(0.5)), Number(device.Tallies[0].Quantile(0.99)),
        Number(device.Tallies[0].MissPercent, 2), Number(Percent(device)),
    ];

    // Of what the card could do with bulk alone: priority items count as items.
    static double Percent(SharedDevice device) => device.Tallies.Sum(tally => tally.PercentOfLimit);
}
