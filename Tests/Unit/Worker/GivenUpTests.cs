using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Transport.Redis;
using SkillAi.Queue.Worker.Failures;
using SkillAi.Queue.Worker.Models;

namespace SkillAi.Queue.Tests.Unit.Worker;

/// <summary>What the log says of items that are given up.</summary>
public sealed class GivenUpTests
{
    readonly RecordedLog _log = new();

    IEnumerable<string> Warnings => _log.Lines.Where(line => line.Level >= LogLevel.Warning).Select(line => line.Text);

    [Fact]
    public async Task Hundreds_that_the_model_refuses_are_one_line()
    {
        await using (var pipeline = new PipelineHarness(log: _log))
        {
            await pipeline.WarmAsync();
            pipeline.Model.OnRun = texts =>
            {
                if (texts.Contains("poison"))
                    throw new ModelRunException(RunFailure.Rejected, "It has a bad byte.");
            };
            for (var chunk = 0; chunk < 4; chunk++)
                await pipeline.SettledAsync(pipeline.Job([.. Enumerable.Repeat("\"poison\"", 150)]));
        }

        // The pipeline told what was untold when it stopped; a slow machine may have passed ten seconds by then.
        Assert.InRange(Warnings.Count(), 1, 4);
        Assert.All(Warnings, line => Assert.Matches("^Items of m/1 given up as model_error: [0-9]+, the last of job; see the dead letters$", line));
        Assert.Equal(600, Warnings.Sum(line => int.Parse(line.Split(' ', ',')[7], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task A_device_that_fails_is_told_at_once()
    {
        await using var pipeline = new PipelineHarness(log: _log);
        await pipeline.WarmAsync();
        var isSick = true;
        pipeline.Model.OnRun = _ =>
        {
            if (isSick)
            {
                isSick = false;
                throw new ModelRunException(RunFailure.Transient, "Unknown error.");
            }
        };

        await pipeline.SettledAsync(pipeline.Job("\"a\""));

        Assert.EndsWith("failed (try 1, Transient): Unknown error.", Assert.Single(Warnings));
    }

    [Fact]
    public async Task What_came_in_ten_seconds_is_told_together_by_model_and_reason()
    {
        var time = new FakeTimeProvider();
        var summary = new GivenUpSummary(time, _log);
        summary.Add(Letter("m", "model_error", "job_1"));
        time.Advance(TimeSpan.FromSeconds(9));
        summary.Add(Letter("m", "model_error", "job_2"));
        summary.Add(Letter("m", "worker_died", "job_3"));
        summary.Add(Letter("n", "model_error", "job_4") with { Items = 7 });
        Assert.Empty(Warnings);

        time.Advance(TimeSpan.FromSeconds(1));
        await Eventually.IsTrueAsync(() => Warnings.Count() == 3);
        Assert.Equal(
            [
                "Items of m/1 given up as model_error: 2, the last of job_2; see the dead letters",
                "Items of m/1 given up as worker_died: 1, the last of job_3; see the dead letters",
                "Items of n/1 given up as model_error: 7, the last of job_4; see the dead letters",
            ], Warnings);

        summary.Add(Letter("m", "model_error", "job_5"));
        summary.Tell();
        Assert.Equal(4, Warnings.Count());
        Assert.Contains("model_error: 1, the last of job_5;", Warnings.Last());
    }

    static DeadLetter Letter(string model, string reason, string job) => new()
    {
        Id = $"dead_{job}_0", Reason = reason, Message = "No.", Model = model, Version = "1", Lane = Lane.Bulk, Tenant = "t",
        Job = job, Index = 0, Items = 1, Attempts = 1, Sha256 = "00", Bytes = 8, FailedAt = DateTimeOffset.UnixEpoch,
    };
}
