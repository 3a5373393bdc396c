namespace SkillAi.Queue.Worker.Batching;

/// <summary>Part of the device's time that went to bulk over the last ten seconds.</summary>
sealed class BulkShare
{
    const int Slots = 20;
    static readonly TimeSpan SlotLength = TimeSpan.FromSeconds(0.5);
    static readonly TimeSpan Enough = TimeSpan.FromSeconds(1);

    readonly (long Slot, TimeSpan Total, TimeSpan Bulk)[] _slots = new (long, TimeSpan, TimeSpan)[Slots];

    public void Ran(TimeSpan now, TimeSpan duration, double bulkPart)
    {
        var slot = now.Ticks / SlotLength.Ticks;
        ref var entry = ref _slots[slot % Slots];
        if (entry.Slot != slot)
            entry = (slot, TimeSpan.Zero, TimeSpan.Zero);
        entry.Total += duration;
        entry.Bulk += duration * bulkPart;
    }

    /// <summary>The share, or null while too little ran to tell.</summary>
    public double? Find(TimeSpan now)
    {
        var oldest = (now.Ticks / SlotLength.Ticks) - Slots + 1;
        TimeSpan total = default, bulk = default;
        foreach (var entry in _slots)
        {
            if (entry.Slot < oldest)
                continue;

            total += entry.Total;
            bulk += entry.Bulk;
        }

        return total < Enough ? null : bulk / total;
    }
}
