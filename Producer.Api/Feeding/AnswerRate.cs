namespace SkillAi.Queue.Producer.Feeding;

/// <summary>Items a second that a lane's workers answer when they have enough to do: the most of the last seconds, since a lane
/// that had little to offer says nothing of them. Holds no clock.</summary>
sealed class AnswerRate
{
    static readonly TimeSpan Sample = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan HalfLife = TimeSpan.FromSeconds(10);

    TimeSpan _at;
    long _answered;

    /// <summary>Items a second.</summary>
    public double Value { get; private set; }

    /// <param name="answered">In all, so far.</param>
    /// <param name="now">Time since any fixed instant.</param>
    public void Look(long answered, TimeSpan now)
    {
        var elapsed = now - _at;
        if (elapsed < Sample)
            return;

        Value = Math.Max((answered - _answered) / elapsed.TotalSeconds, Value * Math.Pow(0.5, elapsed / HalfLife));
        (_answered, _at) = (answered, now);
    }
}
