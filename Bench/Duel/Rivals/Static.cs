namespace SkillAi.Queue.Bench.Duel.Rivals;

/// <summary>Any fixed setting: so many when only bulk waits, so many in all when priority waits, mixed or not.</summary>
sealed class Static(int bulkOnly, int withUrgent, bool mixed)
    : Contestant($"static, bulk {bulkOnly}, with priority {withUrgent}{(mixed ? "" : " unmixed")}")
{
    public override Choice Choose(SimulatedWorker worker)
    {
        var urgent = Math.Min(withUrgent, worker.Urgent.Count);
        if (urgent > 0)
            return Choice.Run(urgent, mixed ? Math.Min(withUrgent - urgent, worker.Bulk) : 0);

        return worker.Bulk > 0 ? Choice.Run(0, Math.Min(bulkOnly, worker.Bulk)) : Choice.Wait();
    }
}
