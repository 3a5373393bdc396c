using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Worker.Models;

namespace SkillAi.Queue.Tests.Unit.Worker;

/// <summary>What becomes of work that processes died with. The harness names a job's chunk <c>job/7</c>.</summary>
public sealed class SuspectTests
{
    static readonly string[] Lines = ["\"a\"", "\"b\"", "\"c\""];

    [Theory]
    [InlineData(1, new[] { 3 })]
    [InlineData(2, new[] { 1, 1, 1 })]
    public async Task Who_was_there_at_two_deaths_runs_item_by_item(int deaths, int[] runs)
    {
        await using var pipeline = new PipelineHarness();
        await pipeline.WarmAsync();
        pipeline.Suspects.Know(new Dictionary<string, int> { ["job/7"] = deaths });
        var before = pipeline.Model.Sizes.Count;

        Assert.Equal(Settlement.Ack, await pipeline.SettledAsync(pipeline.Job(Lines)));

        Assert.Equal(runs, pipeline.Model.Sizes.Skip(before));
        Assert.Equal(new OutcomeCounts(3, 0, 0, 0), Assert.Single(pipeline.Chunks).Counts);
    }

    [Fact]
    public async Task An_item_that_died_twice_alone_is_given_up_and_the_others_are_answered()
    {
        await using var pipeline = new PipelineHarness();
        await pipeline.WarmAsync();
        pipeline.Suspects.Know(new Dictionary<string, int> { ["job/7"] = 3, ["job/7#1"] = 2, ["job/7#2"] = 1 });
        var ran = new List<string>();
        pipeline.Model.OnRun = ran.AddRange;

        await pipeline.SettledAsync(pipeline.Job(Lines));

        Assert.Equal(["a", "c"], ran);
        Assert.Equal(new OutcomeCounts(2, 1, 0, 0), Assert.Single(pipeline.Chunks).Counts);
        Assert.Equal("worker_died", Assert.Single(pipeline.Letters).Reason);
    }

    [Fact]
    public async Task A_request_that_died_twice_alone_is_given_up_at_once()
    {
        await using var pipeline = new PipelineHarness();
        await pipeline.WarmAsync();
        pipeline.Suspects.Know(new Dictionary<string, int> { ["r1#0"] = 2 });
        var before = pipeline.Model.Runs;

        await pipeline.SettledAsync(pipeline.Request("r1", "\"a\""));

        Assert.Equal(before, pipeline.Model.Runs);
        Assert.Equal(RequestState.Failed, Assert.Single(pipeline.Requests).Outcome.State);
    }

    [Fact]
    public async Task What_is_set_apart_and_has_not_begun_is_handed_back_at_the_end()
    {
        await using var pipeline = new PipelineHarness();
        await pipeline.WarmAsync();
        pipeline.Suspects.Know(new Dictionary<string, int> { ["job/7"] = 2 });
        using var under = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        pipeline.Model.OnRun = _ =>
        {
            under.Set();
            go.Wait(TestContext.Current.CancellationToken);
        };
        // The first runs, the second waits on the shelf.
        var first = pipeline.Job(["\"a\""]);
        under.Wait(TestContext.Current.CancellationToken);
        var second = pipeline.Job(Lines);
        await Eventually.IsTrueAsync(() => pipeline.Waiting == 3);

        var stopping = pipeline.StopAsync();
        var handedBack = await pipeline.SettledAsync(second);
        go.Set();
        await stopping;

        Assert.Equal(Settlement.Requeue, handedBack);
        Assert.Equal(Settlement.Ack, await pipeline.SettledAsync(first));
    }

    [Fact]
    public async Task A_note_says_what_runs_and_outlives_nothing_but_a_death()
    {
        var folder = Directory.CreateTempSubdirectory("skillai-notes-").FullName;
        var during = new List<string>();
        await using (var pipeline = new PipelineHarness(notes: folder))
        {
            await pipeline.WarmAsync();
            pipeline.Model.OnRun = _ => during.AddRange(Notes());

            await pipeline.SettledAsync(pipeline.Job(Lines));
            await pipeline.SettledAsync(pipeline.Request("r1", "\"a\""));

            Assert.Equal(["job/7", "r1#0"], during);
            Assert.Empty(Notes());
        }

        Assert.Empty(Directory.EnumerateFiles(folder));
        Directory.Delete(folder);

        // As a successor reads them, but for the lock, which is the process's own here.
        IEnumerable<string> Notes() => Directory.EnumerateFiles(folder)
            .SelectMany(path => Read(path).Split('\n').TakeWhile(line => line.Length > 0));
    }

    [Fact]
    public async Task A_lost_device_leaves_the_note()
    {
        var folder = Directory.CreateTempSubdirectory("skillai-notes-").FullName;
        var pipeline = new PipelineHarness(notes: folder);
        await pipeline.WarmAsync();
        pipeline.Model.OnRun = _ => throw new ModelRunException(RunFailure.DeviceLost, "Gone.");

        pipeline.Job(Lines);
        await Assert.ThrowsAsync<ModelRunException>(() => pipeline.Stopped);

        Assert.Contains(Directory.EnumerateFiles(folder), path => Read(path).StartsWith("job/7\n", StringComparison.Ordinal));
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>The lock is advice between those who ask for it; a look past it shows what a crash would leave.</summary>
    static string Read(string path)
    {
        using var cat = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("cat", [path]) { RedirectStandardOutput = true })!;
        return cat.StandardOutput.ReadToEnd();
    }
}
