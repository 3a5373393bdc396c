using System.Globalization;
using System.IO.Compression;
using SkillAi.Queue.Tests.Servers;

namespace SkillAi.Queue.Tests.EndToEnd;

/// <summary>The programs behind <c>./run</c>, run as a person runs them.</summary>
public sealed class EmbeddedTests : IDisposable
{
    static readonly string Program = Repository.Program("Embedded", "SkillAi.Queue.Embedded");

    readonly string _folder = Directory.CreateTempSubdirectory("skillai-run-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Without_a_command_the_sample_is_moderated()
    {
        await using var run = Run();

        Assert.True(await run.ExitAsync() == 0, run.Output);
        var lines = await File.ReadAllLinesAsync(Path.Combine(_folder, "comments.ndjson.results.ndjson"), Cancellation);
        Assert.Equal(60, lines.Length);
        Assert.All(lines.Index(), line => Assert.StartsWith($"{{\"index\":{line.Index},", line.Item));
        Assert.Contains("items/s", run.Output);
    }

    [Fact]
    public async Task A_compressed_text_file_is_moderated_line_by_line()
    {
        var input = Path.Combine(_folder, "in.txt.gz");
        await using (var gzip = new GZipStream(File.Create(input), CompressionLevel.Fastest))
            await gzip.WriteAsync("first\n\nsecond\nthird"u8.ToArray(), Cancellation);

        await using var run = Run("moderate", input, "-o", "out.ndjson");

        Assert.True(await run.ExitAsync() == 0, run.Output);
        Assert.Equal(3, (await File.ReadAllLinesAsync(Path.Combine(_folder, "out.ndjson"), Cancellation)).Length);
    }

    [Fact]
    public async Task An_item_that_fails_makes_the_exit_code_say_so()
    {
        var input = Path.Combine(_folder, "in.ndjson");
        await File.WriteAllTextAsync(input, "{\"text\":\"good\"}\n{\"words\":\"bad\"}\n", Cancellation);

        await using var run = Run("moderate", input, "-o", "out.ndjson");

        Assert.Equal(1, await run.ExitAsync());
        var lines = await File.ReadAllLinesAsync(Path.Combine(_folder, "out.ndjson"), Cancellation);
        Assert.Contains("succeeded", lines[0]);
        Assert.Contains("invalid_item", lines[1]);
        Assert.Contains("The first item that failed is that of index 1: The item has no text.", run.Output);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_one_sentence()
    {
        await using var run = Run("moderate", "nothing.ndjson");

        Assert.Equal(1, await run.ExitAsync());
        Assert.Contains("nothing.ndjson", run.Output);
        Assert.DoesNotContain("   at ", run.Output);
    }

    [Fact]
    public async Task A_killed_service_ends_its_job_after_a_restart()
    {
        const int Items = 30_000;
        var data = Path.Combine(_folder, "data");
        string job;
        await using (var first = await ServeAsync(data))
        {
            var accepted = await first.Client.SubmitJobAsync(
                BigJob.Items(Items), new("moderation"), Cancellation);
            job = accepted.Id;
            await BigJob.UnderWayAsync(first.Client, job, Cancellation);
            await first.KillAsync();
        }

        await using var second = await ServeAsync(data);

        await BigJob.AssertExactAsync(second.Client, job, Items, Cancellation);
        Assert.Equal(0, await second.TerminateAsync());
    }

    [Fact]
    public async Task The_usage_names_what_was_typed()
    {
        await using var run = ServiceProcess.Start(
            Program, new("http://127.0.0.1"), ["jobs", "--help"], [new("SKILLAI_PROGRAM", "./run")]);

        Assert.Equal(0, await run.ExitAsync());
        Assert.Contains("  ./run jobs [command] [options]", run.Output);
    }

    [Fact]
    public async Task Serve_shows_a_call_of_a_model_that_is_there()
    {
        Directory.Move(Path.Combine(SlowModel.Write(_folder), "moderation"), Path.Combine(_folder, "models", "another"));
        await using var run = ServiceProcess.Start(
            Program, new("http://127.0.0.1"), ["serve", "--port", "0"], [new("Models__Path", Path.Combine(_folder, "models"))]);

        await run.SaysAsync("Ctrl-C stops it.");

        Assert.Contains("{\"model\":\"another\",\"input\":{\"text\":", run.Output);
        Assert.Equal(0, await run.TerminateAsync());
    }

    [Fact]
    public async Task A_second_service_on_the_same_data_is_refused_in_a_sentence()
    {
        var data = Path.Combine(_folder, "data");
        await using var first = await ServeAsync(data);

        await using var second = Run("serve", "--port", "0", "--data", data);

        Assert.Equal(1, await second.ExitAsync());
        Assert.Contains("in use", second.Output);
    }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    ServiceProcess Run(params string[] arguments) =>
        ServiceProcess.Start(Program, new("http://127.0.0.1"), arguments, [], _folder);

    static async Task<ServiceProcess> ServeAsync(string data)
    {
        var port = Ports.Free();
        var service = ServiceProcess.Start(
            Program, new($"http://127.0.0.1:{port}"),
            ["serve", "--port", port.ToString(CultureInfo.InvariantCulture), "--data", data],
            [new("Models__Path", SlowModel.Write(Path.GetDirectoryName(data)!))]);
        await service.ReadyAsync();
        return service;
    }
}
