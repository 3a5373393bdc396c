namespace SkillAi.Queue.Client.Commands;

/// <summary>Brings a job's result lines into a file, and goes on where a connection broke.</summary>
sealed class ResultDownload(SkillAiClient client, PatientCalls calls)
{
    public async Task<ResultTally> SaveAsync(string job, ResultsFile output, CancellationToken cancellationToken)
    {
        var tally = new ResultTally();
        while (true)
        {
            var from = tally.NextIndex;
            await using var results = await calls.AskAsync(
                () => client.OpenResultsAsync(job, from, cancellationToken), cancellationToken);
            try
            {
                await tally.CopyAsync(results, output.Begin(), cancellationToken);
                return tally;
            }
            catch (Exception cause) when (PatientCalls.IsOutage(cause) && tally.NextIndex > from)
            {
                // Something came: what is missing is asked for again.
            }
        }
    }
}
