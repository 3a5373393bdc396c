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
    public async Task Who_was_alone_on_one_stream_beside_others_on_another_was_not_alone()
    {
        await LeaveAsync("p.1", "job/1#3\n\n");
        await LeaveAsync("p.2", "job/1#4\n\n");
        await LeaveAsync("q.1", "job/1#3\n\n");
        await LeaveAsync("q.2", "\nr9\n\n");

        Assert.Equal(2, await DeadNotes.CollectAsync(_folder, ReportAsync));

        Assert.Equal(["p: job/1", "q: job/1#3"], _reports.Order());
    }

    [Fact]
    public async Task No_note_of_a_process_is_collected_while_one_is_held()
    {
        var process = Guid.NewGuid();
        using var alive = RunNote.Create(_folder, process);
        await LeaveAsync($"{process:N}.other", "job/1\n\n");

        Assert.Equal(0, await DeadNotes.CollectAsync(_folder, ReportAsync));
        Assert.True(alive.IsHeld);
    }

    [Fact]
    public void A_note_whose_folder_was_removed_ends_quietly()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "gone")).FullName;
        var note = RunNote.Create(folder, Guid.NewGuid());
        Directory.Delete(folder, recursive: true);

        note.Clear();
        note.Dispose();
    }

    [Fact]
    public async Task The_note_of_a_living_process_is_left_alone()
    {
        using var alive = RunNote.Create(_folder, Guid.NewGuid());

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
    public async Task A_folder_that_somebody_removed_is_made_again()
    {
        var folder = Path.Combine(_folder, "gone");
        await using var redis = new RedisConnection("127.0.0.1:1");
        using var watch = new SuspectWatch(
            folder, new SuspectStore(redis, TimeProvider.System), new Suspects(), new FakeTimeProvider(), NullLogger<SuspectWatch>.Instance);

        await watch.StartAsync(TestContext.Current.CancellationToken);

        Assert.True(Directory.Exists(folder));
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
