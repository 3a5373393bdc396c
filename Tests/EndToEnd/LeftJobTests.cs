using System.Globalization;
using System.Text.RegularExpressions;
using SkillAi.Queue.Tests.Servers;

namespace SkillAi.Queue.Tests.EndToEnd;

/// <summary>A job at a service that the command line, or the service itself, leaves in the middle.</summary>
public sealed partial class LeftJobTests : IDisposable
{
    const int Items = 30_000;

    static readonly string Program = Repository.Program("Embedded", "SkillAi.Queue.Embedded");

    readonly string _folder = Directory.CreateTempSubdirectory("skillai-left-").FullName;
    readonly int _port = Ports.Free();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task After_an_interruption_the_job_goes_on_and_its_results_can_be_fetched()
    {
        await using var service = await ServeAsync();
        await using var run = await ModerateAsync();
        var job = Job().Match(run.Output).Value;

        Assert.Equal(130, await run.InterruptAsync());
        Assert.Contains($"jobs results {job} --url {Url}", run.Output, StringComparison.Ordinal);

        await BigJob.AssertExactAsync(service.Client, job, Items, Cancellation);
        await using var fetch = Run("jobs", "results", job, "--url", Url, "-o", "out.ndjson");
        Assert.True(await fetch.ExitAsync() == 0, fetch.Output);
        Assert.Equal(Items, (await File.ReadAllLinesAsync(Path.Combine(_folder, "out.ndjson"), Cancellation)).Length);
    }

    [Fact]
    public async Task A_restart_of_the_service_is_waited_for()
    {
        var service = await ServeAsync();
        await using var run = await ModerateAsync();
        await service.KillAsync();
        await service.DisposeAsync();
        await using var again = await ServeAsync();

        Assert.True(await run.ExitAsync() == 0, run.Output);
        Assert.Equal(Items, (await File.ReadAllLinesAsync(Path.Combine(_folder, "out.ndjson"), Cancellation)).Length);
    }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    string Url => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}/");

    async Task<ServiceProcess> ServeAsync()
    {
        var service = ServiceProcess.Start(
            Program, new(Url),
            ["serve", "--port", _port.ToString(CultureInfo.InvariantCulture), "--data", Path.Combine(_folder, "data")],
            [new("Models__Path", SlowModel.Write(_folder))]);
        await service.ReadyAsync();
        return service;
    }

    /// <summary>Started, and as far as that its job is known.</summary>
    async Task<ServiceProcess> ModerateAsync()
    {
        await using (var file = File.Create(Path.Combine(_folder, "in.ndjson")))
            await BigJob.Items(Items).CopyToAsync(file, Cancellation);

        // A loaded machine may take longer over a restart than the usual patience.
        var run = Run("moderate", "in.ndjson", "--url", Url, "-o", "out.ndjson", "--patience", "600");
        await run.SaysAsync("Job job_");
        return run;
    }

    ServiceProcess Run(params string[] arguments) => ServiceProcess.Start(Program, new(Url), arguments, [], _folder);

    [GeneratedRegex("job_[0-9a-f]+", RegexOptions.None, 1000)]
    private static partial Regex Job();
}
