using SkillAi.Queue.Client.Input;
using SkillAi.Queue.Contracts.Jobs;

namespace SkillAi.Queue.Client.Commands;

/// <summary>Sends a file as a job. Where the connection breaks in the middle it is sent again, under a key by which the
/// service goes on with the job that it has; a pipe cannot be read twice.</summary>
sealed class FileUpload(SkillAiClient client, PatientCalls calls)
{
    /// <param name="sent">Told how many bytes have been read.</param>
    public async Task<JobResource> SendAsync(
        InputFile input, JobParameters job, Action<long> sent, CancellationToken cancellationToken)
    {
        var begun = 0L;
        job = job with { IsGzip = input.IsGzip, IdempotencyKey = input.Reopen is null ? null : Guid.NewGuid().ToString("N") };
        try
        {
            return await SubmitAsync(input);
        }
        catch (Exception cause) when (begun > 0 && input.Reopen is not null && PatientCalls.IsOutage(cause))
        {
            // A service that is not there from the beginning is more likely another address.
            return await calls.AskAsync(async () =>
            {
                await using var again = await input.Reopen(cancellationToken);
                return await SubmitAsync(again);
            }, cancellationToken);
        }

        Task<JobResource> SubmitAsync(InputFile file) => client.SubmitJobAsync(
            new CountingStream(file.Items, bytes => sent(begun = bytes)), job, cancellationToken);
    }
}
