using System.Globalization;
using System.Text;
using System.Text.Json;
using SkillAi.Queue.Client;
using SkillAi.Queue.Contracts.Jobs;

namespace SkillAi.Queue.Tests.EndToEnd;

/// <summary>A job that takes some seconds, whose every answer can be told apart.</summary>
static class BigJob
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static Stream Items(int count)
    {
        var lines = new StringBuilder();
        for (var i = 0; i < count; i++)
            lines.Append(CultureInfo.InvariantCulture, $"{{\"id\":{i},\"text\":\"comment {i}, {new string('x', i % 200)}\"}}\n");

        return new MemoryStream(Encoding.UTF8.GetBytes(lines.ToString()));
    }

    /// <summary>Waits until part of the job is answered, and part is not.</summary>
    public static async Task UnderWayAsync(SkillAiClient client, string job, CancellationToken cancellationToken)
    {
        while (true)
        {
            var now = await client.GetJobAsync(job, wait: null, cancellationToken);
            Assert.False(now.State.IsTerminal(), "The job ended before the fault; it has to be larger.");
            if (now.Counts.Succeeded > 0)
                return;

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>Waits for its end and checks that every item was answered once, in order, and counted.</summary>
    public static async Task AssertExactAsync(SkillAiClient client, string id, int count, CancellationToken cancellationToken)
    {
        var job = await EndAsync(client, id, cancellationToken);
        Assert.Equal((JobState.Succeeded, new JobCounts(count, count, 0, count, 0, 0, 0)), (job.State, job.Counts));

        await using var results = await client.OpenResultsAsync(id, from: 0, cancellationToken);
        using var reader = new StreamReader(results);
        var index = 0;
        for (; await reader.ReadLineAsync(cancellationToken) is { } line; index++)
        {
            using var result = JsonDocument.Parse(line);
            Assert.Equal(index, result.RootElement.GetProperty("index").GetInt32());
            Assert.Equal(index, result.RootElement.GetProperty("id").GetInt32());
            Assert.Equal("succeeded", result.RootElement.GetProperty("outcome").GetString());
        }

        Assert.Equal(count, index);
    }

    static async Task<JobResource> EndAsync(SkillAiClient client, string id, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        while (true)
        {
            var job = await client.GetJobAsync(id, TimeSpan.FromSeconds(20), patience.Token);
            if (job.State.IsTerminal())
                return job;
        }
    }
}
