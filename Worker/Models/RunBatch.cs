namespace SkillAi.Queue.Worker.Models;

/// <summary>Memory of one run: rows of input bytes and rows of scores, allocated once, pinned, and used again by every
/// run of its owner, a thread of the device.</summary>
sealed class RunBatch(int maxItems, int maxLength, int labels)
{
    readonly byte[] _input = GC.AllocateUninitializedArray<byte>(maxItems * maxLength, pinned: true);
    readonly float[] _scores = GC.AllocateUninitializedArray<float>(maxItems * labels, pinned: true);

    /// <summary>Number of the device that its runs are on.</summary>
    public int Device { get; init; }

    /// <summary>Rows that hold an item.</summary>
    public int Items { get; private set; }

    /// <summary>Rows that the model sees: the items and, where the device wants warmed sizes, padding.</summary>
    public int Rung { get; private set; }

    /// <summary>Bytes of a row.</summary>
    public int Length { get; private set; }

    public Memory<byte> Input => _input.AsMemory(0, Rung * Length);

    public Memory<float> Output => _scores.AsMemory(0, Rung * labels);

    public int Labels => labels;

    public ReadOnlySpan<byte> Row(int row) => _input.AsSpan(row * Length, Length);

    public Span<float> Scores(int row) => _scores.AsSpan(row * labels, labels);

    /// <summary>Starts a run of rows of <paramref name="length"/> bytes, still empty.</summary>
    public void Open(int rung, int length)
    {
        (Items, Rung, Length) = (0, rung, length);
        // A model that writes nothing must not answer with the scores of the run before.
        Output.Span.Fill(float.NaN);
    }

    /// <summary>Adds an item, cut to the row and padded with zeros.</summary>
    public void Add(ReadOnlySpan<byte> text)
    {
        var row = _input.AsSpan(Items++ * Length, Length);
        var copied = Math.Min(text.Length, Length);
        text[..copied].CopyTo(row);
        row[copied..].Clear();
    }

    /// <summary>No more items: zeroes the rows between them and the rung.</summary>
    public void Close() => _input.AsSpan(Items * Length, (Rung - Items) * Length).Clear();
}
