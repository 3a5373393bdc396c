using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Jobs;

/// <summary>The lines of a job that replays of dead letters have replaced. Mostly none, and then this costs one look.</summary>
sealed class ReplayedLines
{
    readonly JobStore _jobs;
    readonly string _job;
    readonly long[] _indexes;
    readonly long[] _starts;

    ReplayedLines(JobStore jobs, string job, long[] indexes, long[] starts) =>
        (_jobs, _job, _indexes, _starts) = (jobs, job, indexes, starts);

    /// <param name="starts">Index of the first item of each chunk.</param>
    public static async Task<ReplayedLines> ReadAsync(JobStore jobs, string job, long[] starts) =>
        new(jobs, job, await jobs.ReadReplayedAsync(job), starts);

    /// <summary>The chunk's lines with the replaced ones in their places.</summary>
    public async ValueTask<byte[]> ApplyAsync(int chunk, byte[] packed)
    {
        // The store may have grown by a chunk since its starts were read; whose lines nobody has replaced yet.
        if (_indexes.Length == 0 || chunk >= _starts.Length)
            return packed;

        var end = chunk + 1 < _starts.Length ? Place(_starts[chunk + 1]) : _indexes.Length;
        var mine = _indexes[Place(_starts[chunk])..end];
        if (mine.Length == 0)
            return packed;

        var lines = await _jobs.ReadReplayedLinesAsync(_job, mine);
        return ResultLines.Overlay(
            packed, _starts[chunk], mine.Zip(lines).ToDictionary(pair => pair.First, pair => pair.Second));
    }

    int Place(long index) => Array.BinarySearch(_indexes, index) is var found && found >= 0 ? found : ~found;
}
