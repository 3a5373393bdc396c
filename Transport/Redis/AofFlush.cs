using StackExchange.Redis;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>Makes writes to the embedded store durable, many with one flush. Its own setting for that waits for the
/// disk after every single command of a script (0.1 ms each), and so serves a few hundred requests a second.</summary>
/// <param name="connection">Of its own: while it waits for the disk, commands behind it on the same connection wait
/// too.</param>
sealed class AofFlush(Task<ConnectionMultiplexer> connection) : IAsyncDisposable
{
    readonly FlushGate _gate = new(async () => await (await connection).GetDatabase().ExecuteAsync("COMMITAOF"));

    /// <summary>Completes when everything that was answered before this call is in the log.</summary>
    public Task FlushAsync() => _gate.FlushAsync();

    public async ValueTask DisposeAsync() => await (await connection).DisposeAsync();
}
