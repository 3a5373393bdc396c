using SkillAi.Queue.Contracts;
using SkillAi.Queue.Transport.Broker;

namespace SkillAi.Queue.Tests.Contract.Broker;

/// <summary>A test's hold on one enumeration of deliveries.</summary>
sealed class Reading : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly CancellationTokenSource _stopping = new();
    readonly IAsyncEnumerator<Delivery> _deliveries;
    Task<bool> _moving = Task.FromResult(true);
    int _drained;

    public Reading(IChunkSource source, string model, Lane lane = Lane.Bulk, int prefetch = 100) =>
        _deliveries = source.ReadAsync(model, lane, prefetch, _stopping.Token).GetAsyncEnumerator();

    public async Task<Delivery> NextAsync()
    {
        _moving = _deliveries.MoveNextAsync().AsTask();
        Assert.True(await _moving.WaitAsync(Patience, TimeProvider.System));
        return _deliveries.Current;
    }

    public async Task<List<Delivery>> NextAsync(int count)
    {
        var deliveries = new List<Delivery>();
        while (deliveries.Count < count)
            deliveries.Add(await NextAsync());

        return deliveries;
    }

    /// <summary>Chunks that <see cref="DrainAsync"/> has acked so far.</summary>
    public int Drained => Volatile.Read(ref _drained);

    /// <summary>Reads and acks until the enumeration ends; gives the positions of the chunks.</summary>
    public async Task<List<int>> DrainAsync()
    {
        var indexes = new List<int>();
        while (await _deliveries.MoveNextAsync())
        {
            indexes.Add(_deliveries.Current.Chunk.Index);
            _deliveries.Current.Ack();
            Interlocked.Increment(ref _drained);
        }

        return indexes;
    }

    public Task CancelAsync() => _stopping.CancelAsync();

    /// <summary>Stops reading; what is on loan stays so.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _moving;
        await _deliveries.DisposeAsync();
        _stopping.Dispose();
    }
}
