using System.IO.Compression;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Wire;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>Dead letters of items that did not fail after all, by what is stored: another delivery had ended them before,
/// or their job or request was cancelled or is gone.</summary>
public sealed class StaleLetters(JobStore jobs, RequestStore requests, DeadLetterStore letters)
{
    /// <summary>Takes away those that are stale. To be asked only about work whose end is stored.</summary>
    /// <returns>The stale ones.</returns>
    public async Task<IReadOnlyList<DeadLetter>> RemoveAsync(IReadOnlyList<DeadLetter> doubtful)
    {
        var found = await Task.WhenAll(doubtful
            .GroupBy(letter => (letter.Job, letter.Chunk, letter.Request))
            .Select(group => group.Key.Job is { } job
                ? OfJobAsync(job, group.Key.Chunk, [.. group])
                : OfRequestAsync(group.Key.Request!, [.. group])));
        DeadLetter[] stale = [.. found.SelectMany(letter => letter)];
        await Task.WhenAll(stale.Select(letter => letters.RemoveAsync(letter.Id)));
        return stale;
    }

    /// <summary>Of a whole chunk's letter the results do not say whether whoever stored them could read it: it stays.</summary>
    async Task<IEnumerable<DeadLetter>> OfJobAsync(string job, int chunk, IReadOnlyList<DeadLetter> letters)
    {
        if ((await jobs.ReadResultsAsync(job, chunk, 1))[0] is not { } packed)
            return letters;

        var lines = Unzip(packed);
        var replayed = await jobs.ReadReplayedAsync(job);
        return letters.Where(letter => letter.Index is { } index
            && (OutcomeReader.FindLine(lines, index) != Outcome.Failed || replayed.Contains(index)));
    }

    async Task<IEnumerable<DeadLetter>> OfRequestAsync(string request, IReadOnlyList<DeadLetter> letters)
    {
        var outputs = (await requests.FindOutcomeAsync(request))?.Outputs;
        return letters.Where(letter => letter.Index is { } index
            && (outputs is not { } found || OutputSplice.OutcomeAt(found.Utf8.Span, index) != Outcome.Failed));
    }

    static byte[] Unzip(byte[] packed)
    {
        using var unzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
        using var lines = new MemoryStream();
        unzip.CopyTo(lines);
        return lines.ToArray();
    }
}
