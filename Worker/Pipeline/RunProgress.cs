namespace SkillAi.Queue.Worker.Pipeline;

/// <summary>How far a run is by what was predicted: while another is beside it, it has only the rest of the speed.</summary>
/// <param name="share">Part of the device's speed that the one beside has.</param>
sealed class RunProgress(TimeSpan started, TimeSpan predicted, double share)
{
    TimeSpan _since = started;
    TimeSpan _left = predicted;
    bool _isSlowed;

    /// <summary>Whether another run was beside it at any time.</summary>
    public bool WasShared { get; private set; }

    /// <summary>Work that is left, as time that it takes alone; negative when it should have been done so long ago.</summary>
    public TimeSpan Left(TimeSpan now) => _left - ((now - _since) * (_isSlowed ? 1 - share : 1));

    /// <summary>Another run begins or ends beside it.</summary>
    public void Share(TimeSpan now, bool isSlowed)
    {
        (_left, _since, _isSlowed) = (Left(now), now, isSlowed);
        WasShared |= isSlowed;
    }
}
