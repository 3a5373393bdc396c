using System.CommandLine;
using System.Globalization;
using SkillAi.Queue.Bench.Duel.Sections;

namespace SkillAi.Queue.Bench.Duel;

/// <summary><c>duel</c>: the worker's batching policy against the rules of others, in virtual time; writes tables,
/// plots and the promises that were kept under docs/bench/.</summary>
static class DuelVerb
{
    const string Introduction =
        """
        # Batching duel

        Written by `dotnet run -c Release --project Bench -- duel`, in virtual time with fixed seeds: the figures are
        simulated, and the same on every machine. Ours is the policy class that the worker runs. The rivals are
        re-implementations of the rules of those systems, given two lanes that some of them do not have. "The law" runs
        every size and aims at the deadline itself; "as shipped" pads to 26 warmed sizes and aims at 95 % of it.

        """;

    public static Command Create(TimeProvider time)
    {
        var output = new Option<string>("--out") { DefaultValueFactory = _ => Path.Combine("docs", "bench") };
        var command = new Command("duel", "Batching policies against each other, in virtual time.") { output };
        command.SetAction(arguments => Run(arguments.GetRequiredValue(output), time));
        return command;
    }

    static int Run(string folder, TimeProvider time)
    {
        var start = time.GetTimestamp();
        Directory.CreateDirectory(folder);
        var report = new DuelReport();
        Plots.Pareto(report, folder, SlowCard.Write(report));
        Plots.Write(report, folder, LoadSweep.Rates, LoadSweep.Write(report));
        AgainstClairvoyant.Write(report);
        FlatCard.Write(report);
        Overload.Write(report);
        PriorityOnly.Write(report);
        Bursts.Write(report);
        Surprises.Write(report);
        Workers.Write(report);
        Models.Write(report);
        File.WriteAllText(Path.Combine(folder, "duel.md"), report.Markdown(Introduction));

        foreach (var (promise, found, _) in report.Broken)
            Console.Error.WriteLine($"not kept: {promise}, found {found}");
        var kept = report.Checks - report.Broken.Count;
        var seconds = time.GetElapsedTime(start).TotalSeconds;
        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{kept} of {report.Checks} promises kept in {seconds:F0} s; {folder}/duel.md"));
        return report.Broken.Count == 0 ? 0 : 1;
    }
}
