namespace SkillAi.Queue.Tests.Chaos;

/// <summary>Faults at random times while jobs and requests run: nothing that was accepted is lost, doubled or stuck. Alone,
/// because everything else on the machine would be part of the weather.</summary>
[Collection(nameof(Alone))]
public sealed class ChaosTests(ITestOutputHelper output)
{
    [Fact]
    public Task A_minute_of_faults_loses_doubles_and_strands_nothing() => RunAsync(ChaosPlan.Short);

    [Fact(Explicit = true)]
    public Task Many_minutes_of_faults_lose_double_and_strand_nothing() => RunAsync(ChaosPlan.Long);

    async Task RunAsync(ChaosPlan plan)
    {
        await using var cluster = await ChaosCluster.StartAsync(plan);
        var run = new ChaosRun(cluster, output.WriteLine);
        try
        {
            await run.RunAsync();
        }
        catch
        {
            output.WriteLine($"The programs' logs: {cluster.SaveLogs()}");
            throw;
        }
        finally
        {
            output.WriteLine(run.Report());
            if (Environment.GetEnvironmentVariable("SKILLAI_CHAOS_REPORT") is { Length: > 0 } file)
                await File.WriteAllTextAsync(file, run.Report());
        }

        if (run.Failures.Count > 0)
            Assert.Fail($"{run.Report()}\nThe programs' logs: {cluster.SaveLogs()}");
    }
}
