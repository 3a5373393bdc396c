using System.Globalization;
using System.Text;

namespace SkillAi.Queue.Tests.Chaos;

/// <summary>What happened, as two tables and a line for everything that is wrong.</summary>
static class ChaosReport
{
    const int MostFailures = 40;

    public static string Write(
        ChaosPlan plan, IReadOnlyList<(string Fault, string? Seen)> struck, Ledger ledger, Account? account,
        IReadOnlyList<string> failures)
    {
        var text = new StringBuilder();
        Line($"Seed {plan.Seed}; jobs of {plan.JobItems} items, {plan.RequestsPerSecond} requests/s; {plan.Queues} queues, appendfsync {plan.Fsync}.");
        Line($"");
        Line($"| fault | injected | what was seen of it |");
        Line($"|---|--:|---|");
        foreach (var kind in struck.GroupBy(one => one.Fault))
            Line($"| {kind.Key} | {kind.Count()} | {string.Join("; ", kind.Select(one => one.Seen ?? "nothing"))} |");

        Line($"");
        Line($"| accepted: jobs | requests | items | refused | no answer | sent again | had been done |");
        Line($"|--:|--:|--:|--:|--:|--:|--:|");
        Line($"""
            | {ledger.Jobs.Count} | {ledger.Requests.Count} | {ledger.Items} | {ledger.Refused} | {ledger.Unanswered} | {ledger.SentAgain} | {ledger.FoundDone} |
            """);
        Line($"");
        Line($"| lost | doubled | stuck | dead letters, one each | device work repeated |");
        Line($"|--:|--:|--:|--:|--:|");
        Line($"| {account?.Lost} | {account?.Doubled} | {account?.Stuck} | {account?.Letters} | {account?.Repeated:P2} |");
        if (account?.Undone > 0)
            Line($"\n{account.Undone} items were accepted in a second that Redis was made to forget, and are gone with it.");

        foreach (var failure in failures.Take(MostFailures))
            Line($"- {failure}");

        return text.ToString();

        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }
}
