namespace SkillAi.Queue.Worker.Batching;

/// <summary>What the device's time went to over the last ten seconds.</summary>
sealed class DeviceShare
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

    /// <summary>Bulk's part of the time that the device ran; null while too little ran to tell.</summary>
    public double? FindBulk(TimeSpan now)
    {
        var (total, bulk) = Sum(now);
        return total < Enough ? null : bulk / total;
    }

    /// <summary>Priority's part of all the time, idle time included.</summary>
    public double Urgent(TimeSpan now)
    {
        var (total, bulk) = Sum(now);
        return Math.Clamp((total - bulk) / (SlotLength * Slots), 0, 1);
    }

    (TimeSpan Total, TimeSpan Bulk) Sum(TimeSpan now)
    {
        var oldest = (now.Ticks / SlotLength.Ticks) - Slots + 1;
        TimeSpan total = default, bulk = default;
        foreach (var entry in _slots)
        {
            if (entry.Slot >= oldest)
                (total, bulk) = (total + entry.Total, bulk + entry.Bulk);
        }

        return (total, bulk);
    }
}
