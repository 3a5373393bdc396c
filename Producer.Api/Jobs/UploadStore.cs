using System.Globalization;
using SkillAi.Queue.Contracts.Jobs;
using SkillAi.Queue.Transport.Blobs;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Jobs;

/// <summary>Spool and counts as an upload writes them: patiently. Every write may be done twice, so that an outage of
/// the store that lasts some seconds slows an upload down and does not end it.</summary>
sealed class UploadStore(JobStore jobs, IBlobStore blobs, TimeProvider time)
{
    /// <summary>With the pause between two signs of life it stays below the time after which an upload counts as dead.</summary>
    static readonly TimeSpan Patience = JobTimes.UploadPatience / 2;
    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    public static string BlobName(int chunk) => chunk.ToString(CultureInfo.InvariantCulture);

    public Task CreateAsync(JobRecord record) => PatientlyAsync(async () =>
    {
        await jobs.CreateAsync(record);
        return true;
    });

    public Task PutAsync(string job, CutChunk chunk, CancellationToken cancellationToken)
    {
        var packed = Gzip.Compress(chunk.Lines);
        return PatientlyAsync(async () =>
        {
            await blobs.PutAsync(job, BlobName(chunk.Index), packed, cancellationToken);
            return true;
        });
    }

    /// <summary>Whether this very chunk is in the spool.</summary>
    public async Task<bool> HoldsAsync(string job, CutChunk chunk, CancellationToken cancellationToken)
    {
        var packed = await PatientlyAsync(() => blobs.FindAsync(job, BlobName(chunk.Index), cancellationToken));
        return packed is not null && Gzip.Decompress(packed).AsSpan().SequenceEqual(chunk.Lines);
    }

    /// <param name="at">Position of the first of these chunks.</param>
    public Task<AppendOutcome> AppendAsync(string job, int at, IReadOnlyList<int> items) =>
        PatientlyAsync(() => jobs.AppendAsync(job, at, items));

    public Task<JobSnapshot?> CompleteAsync(string job) => PatientlyAsync(() => jobs.CompleteUploadAsync(job));

    public Task TouchAsync(string job) => jobs.TouchAsync(job);

    /// <summary>Ends the job, if it still receives, and drops what it has in the spool. False when another try has
    /// brought its whole body in.</summary>
    public async Task<bool> FailAsync(string job, string reason)
    {
        if (await jobs.FailUploadAsync(job, reason) is JobState.Running or JobState.Paused or JobState.Succeeded)
            return false;

        await blobs.DeleteAsync(job, CancellationToken.None);
        return true;
    }

    async Task<T> PatientlyAsync<T>(Func<Task<T>> write)
    {
        var started = time.GetTimestamp();
        for (var pause = FirstPause; ; pause = pause < LongestPause / 2 ? 2 * pause : LongestPause)
        {
            try
            {
                return await write();
            }
            catch (StoreUnavailableException) when (time.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(pause, time, CancellationToken.None);
            }
        }
    }
}
