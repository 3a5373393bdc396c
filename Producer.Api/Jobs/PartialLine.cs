using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Producer.Jobs;

/// <summary>A line that came in several reads. Of a line that is too large it keeps the count, not the bytes.</summary>
sealed class PartialLine
{
    /// <summary>One byte more than an item may have, so that an item at its limit is told apart from a larger one
    /// also when a carriage return follows it.</summary>
    const int Capacity = Limits.MaxItemBytes + 1;

    byte[] _bytes = [];
    int _kept;
    byte _last;

    /// <summary>Bytes of the line so far, all of them.</summary>
    public long Length { get; private set; }

    public bool IsEmpty => Length == 0;

    public void Append(ReadOnlySpan<byte> more)
    {
        if (more.IsEmpty)
            return;

        Length += more.Length;
        _last = more[^1];
        var kept = more[..Math.Min(more.Length, Capacity - _kept)];
        if (_kept + kept.Length > _bytes.Length)
            Array.Resize(ref _bytes, Math.Min(Capacity, Math.Max(_kept + kept.Length, 2 * _bytes.Length)));

        kept.CopyTo(_bytes.AsSpan(_kept));
        _kept += kept.Length;
    }

    public Line ToLine() => Line.Create(_bytes.AsSpan(0, _kept), Length, endsWithReturn: _last == '\r');

    public void Clear() => (Length, _kept, _last) = (0, 0, 0);
}
