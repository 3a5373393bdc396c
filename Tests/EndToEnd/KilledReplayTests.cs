using System.Globalization;
using System.Text;
using SkillAi.Queue.Client;
using SkillAi.Queue.Contracts.DeadLetters;
using SkillAi.Queue.Contracts.Jobs;
using SkillAi.Queue.Tests.Servers;

namespace SkillAi.Queue.Tests.EndToEnd;

/// <summary>Replays that the embedded service had accepted when its process died.</summary>
public sealed class KilledReplayTests : IDisposable
{
    const int Letters = 60;

    static readonly DeadLetterFilter All = new() { All = true };

    readonly string _folder = Directory.CreateTempSubdirectory("skillai-replay-").FullName;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task They_are_run_after_a_restart()
    {
        await using (var first = await ServeAsync())
        {
            await EndAsync(first, string.Concat(Enumerable.Repeat($"\"{SlowModel.Poison}\"\n", Letters)));
            // Keeps the worker busy, so that they wait.
            await first.Client.SubmitJobAsync(BigJob.Items(30_000), new("moderation"), Cancellation);
            Assert.Equal(Letters, (await first.Client.ReplayDeadLettersAsync(All, Cancellation)).Done);
            await first.KillAsync();
        }

        await using var second = await ServeAsync();

        // Poison still: each has failed once more.
        await Eventually.IsTrueAsync(async () => (await ListAsync(second)).All(letter => letter is { Attempts: 2, ReplayingSince: null }));
    }

    [Fact]
    public async Task One_that_kills_its_process_is_given_up_again_after_some_deaths()
    {
        var service = Start();
        try
        {
            await service.ReadyAsync();
            await TryAsync(() => service.Client.SubmitJobAsync(Lines($"\"{SlowModel.Killer}\"\n"), new("moderation"), Cancellation));
            Assert.Equal(2, await RestartUntilAsync(async () => (await ListAsync(service)).Count == 1));
            var letter = Assert.Single(await ListAsync(service));
            Assert.Equal("worker_died", letter.Reason);

            await TryAsync(() => service.Client.ReplayDeadLetterAsync(letter.Id, Cancellation));
            Assert.Equal(2, await RestartUntilAsync(
                async () => (await ListAsync(service)).Single() is { ReplayingSince: null, Attempts: 2 }));
        }
        finally
        {
            await service.DisposeAsync();
        }

        async Task<int> RestartUntilAsync(Func<Task<bool>> isOver)
        {
            for (var deaths = 0; ; deaths++)
            {
                if (await TryAsync(() => Eventually.IsTrueAsync(isOver)))
                    return deaths;

                await service.ExitAsync();
                await service.DisposeAsync();
                service = Start();
                await TryAsync(service.ReadyAsync);
            }
        }
    }

    /// <summary>False when the process dies of it, or had died before.</summary>
    static async Task<bool> TryAsync(Func<Task> call)
    {
        try
        {
            await call();
            return true;
        }
        catch (Exception death) when (death is HttpRequestException or TimeoutException)
        {
            return false;
        }
    }

    static async Task EndAsync(ServiceProcess service, string lines)
    {
        var job = await service.Client.SubmitJobAsync(Lines(lines), new("moderation"), Cancellation);
        job = await service.Client.GetJobAsync(job.Id, TimeSpan.FromSeconds(60), Cancellation);
        Assert.Equal(JobState.Succeeded, job.State);
    }

    static async Task<IReadOnlyList<DeadLetterResource>> ListAsync(ServiceProcess service) =>
        (await service.Client.ListDeadLettersAsync(All, limit: 100, Cancellation)).Data;

    static MemoryStream Lines(string lines) => new(Encoding.UTF8.GetBytes(lines));

    async Task<ServiceProcess> ServeAsync()
    {
        var service = Start();
        await service.ReadyAsync();
        return service;
    }

    ServiceProcess Start()
    {
        var port = Ports.Free();
        return ServiceProcess.Start(
            Repository.Program("Embedded", "SkillAi.Queue.Embedded"), new($"http://127.0.0.1:{port}"),
            ["serve", "--port", port.ToString(CultureInfo.InvariantCulture), "--data", Path.Combine(_folder, "data")],
            [new("Models__Path", SlowModel.Write(_folder))]);
    }
}
