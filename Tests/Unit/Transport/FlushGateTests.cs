using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Tests.Unit.Transport;

public sealed class FlushGateTests
{
    readonly List<TaskCompletionSource> _flushes = [];
    readonly SemaphoreSlim _began = new(0);
    readonly FlushGate _gate;

    public FlushGateTests() => _gate = new(() =>
    {
        var flush = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _flushes.Add(flush);
        _began.Release();
        return flush.Task;
    });

    [Fact]
    public async Task Whoever_comes_while_a_flush_runs_shares_the_next()
    {
        var first = _gate.FlushAsync();
        await BeganAsync();
        Task[] later = [_gate.FlushAsync(), _gate.FlushAsync(), _gate.FlushAsync()];

        _flushes[0].SetResult();
        await first;
        await BeganAsync();

        Assert.All(later, flush => Assert.False(flush.IsCompleted));
        _flushes[1].SetResult();
        await Task.WhenAll(later);
        Assert.Equal(2, _flushes.Count);
    }

    [Fact]
    public async Task A_failed_flush_fails_those_who_shared_it_and_nobody_else()
    {
        var first = _gate.FlushAsync();
        await BeganAsync();
        var second = _gate.FlushAsync();

        _flushes[0].SetException(new IOException());
        await Assert.ThrowsAsync<IOException>(() => first);
        await BeganAsync();
        _flushes[1].SetResult();

        await second;
    }

    Task BeganAsync() => _began.WaitAsync(TestContext.Current.CancellationToken);
}
