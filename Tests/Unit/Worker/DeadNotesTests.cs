using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SkillAi.Queue.Transport.Redis;
using SkillAi.Queue.Worker.Failures;

namespace SkillAi.Queue.Tests.Unit.Worker;

public sealed class DeadNotesTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("skillai-dead-").FullName;
    readonly List<string> _reports = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_a_dead_process_ran_is_reported_once()
    {
        // A shorter note was written over a longer one.
        await LeaveAsync("first", "job/1\nr2\njob/1\n\nold\nolder\n\n");
        await LeaveAsync("idle", "\nr9\n\n");
        await LeaveAsync("unused", "");

        Assert.Equal(1, await DeadNotes.CollectAsync(_folder, ReportAsync));
        Assert.Equal(0, await DeadNotes.CollectAsync(_folder, ReportAsync));

        Assert.Equal(["first: job/1 r2"], _reports);
        Assert.Empty(Directory.EnumerateFiles(_folder));
    }

    [Fact]
    public async Task The_note_of_a_living_process_is_left_alone()
    {
        using var alive = RunNote.Create(_folder);

        Assert.Equal(0, await DeadNotes.CollectAsync(_folder, ReportAsync));

        Assert.Single(Directory.EnumerateFiles(_folder));
        Assert.Empty(_reports);
    }

    [Fact]
    public async Task A_death_that_could_not_be_told_is_told_later()
    {
        await LeaveAsync("first", "job/1\n\n");

        await Assert.ThrowsAsync<TimeoutException>(() => DeadNotes.CollectAsync(_folder, (_, _) => throw new TimeoutException()));
        await DeadNotes.CollectAsync(_folder, ReportAsync);

        Assert.Equal(["first: job/1"], _reports);
    }

    [Fact]
    public async Task A_folder_that_somebody_removed_costs_the_notes_and_not_the_worker()
    {
        await using var redis = new RedisConnection("127.0.0.1:1");
        using var watch = new SuspectWatch(
            Path.Combine(_folder, "gone"), new SuspectStore(redis), new Suspects(), new FakeTimeProvider(), NullLogger<SuspectWatch>.Instance);

        await watch.StartAsync(TestContext.Current.CancellationToken);

        Assert.False(watch.ExecuteTask!.IsCompleted);
        await watch.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_refused()
    {
        var file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");

        Assert.False(NotesFolder.TryOpen(Path.Combine(file, "runs")));
        Assert.True(NotesFolder.TryOpen(Path.Combine(_folder, "runs")));
    }

    Task LeaveAsync(string name, string text) => File.WriteAllTextAsync(Path.Combine(_folder, name + ".run"), text);

    Task ReportAsync(string death, IReadOnlyCollection<string> names)
    {
        _reports.Add($"{death}: {string.Join(' ', names)}");
        return Task.CompletedTask;
    }
}
