namespace SkillAi.Queue.Transport.RabbitMq;

/// <summary>Decides which acks to send for one channel, whose delivery tags count up from 1. Finished tags without a
/// gap from the start are one ack for all (<c>multiple</c>), which halves the broker's work; one that has waited
/// behind an unfinished tag for longer than the patience is acked alone, so that a slow or retried chunk holds up
/// nobody's acks. Never <c>multiple</c> beyond the first unfinished tag: that would ack it as well.</summary>
sealed class AckTracker(TimeSpan patience)
{
    // Finished tags beyond the first unfinished one, and whether the broker is still owed their ack.
    readonly Dictionary<ulong, bool> _ahead = [];
    readonly Queue<(ulong Tag, TimeSpan At)> _waiting = new();
    ulong _firstUnfinished = 1;
    ulong _owed;

    /// <summary>When the next ack behind a hole is due, on the caller's clock; null when none waits.</summary>
    public TimeSpan? NextDue
    {
        get
        {
            SkipTold();
            return _waiting.TryPeek(out var first) ? first.At + patience : null;
        }
    }

    public void Acked(ulong tag, TimeSpan now)
    {
        if (tag != _firstUnfinished)
            _waiting.Enqueue((tag, now));

        Finish(tag, owed: true);
    }

    /// <summary>Told to the broker already, as a requeue or a reject: it owes no ack and holds up none.</summary>
    public void Gone(ulong tag) => Finish(tag, owed: false);

    /// <summary>The tag to ack with <c>multiple</c>, if any.</summary>
    public bool TryTakePrefix(out ulong tag)
    {
        tag = _owed;
        _owed = 0;
        return tag != 0;
    }

    /// <summary>A tag to ack alone because it waited long enough behind a hole.</summary>
    public bool TryTakeOverdue(TimeSpan now, out ulong tag)
    {
        SkipTold();
        if (_waiting.TryPeek(out var first) && now - first.At >= patience)
        {
            tag = _waiting.Dequeue().Tag;
            _ahead[tag] = false;
            return true;
        }

        tag = 0;
        return false;
    }

    void Finish(ulong tag, bool owed)
    {
        if (tag != _firstUnfinished)
        {
            _ahead[tag] = owed;
            return;
        }

        Pass(owed);
        while (_ahead.Remove(_firstUnfinished, out owed))
            Pass(owed);
    }

    // The broker refuses an ack for a tag it has settled, so the prefix ends at the last tag that is owed one.
    void Pass(bool owed)
    {
        if (owed)
            _owed = _firstUnfinished;

        _firstUnfinished++;
    }

    void SkipTold()
    {
        while (_waiting.TryPeek(out var first) && first.Tag < _firstUnfinished)
            _waiting.Dequeue();
    }
}
