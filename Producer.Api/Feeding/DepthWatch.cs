using System.Collections.Concurrent;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Transport.Broker;

namespace SkillAi.Queue.Producer.Feeding;

/// <summary>What the broker said last of the bulk queues that the feeding loop wants to know about. It is asked beside
/// the loop, one question at a time: the loop never waits for a broker that is slow or away.</summary>
sealed class DepthWatch(IChunkPublisher broker, TimeProvider time)
{
    /// <summary>How long an answer stands: a broker may take seconds over the next one, and over a queue that hangs
    /// before it.</summary>
    static readonly TimeSpan Validity = TimeSpan.FromSeconds(10);

    readonly ConcurrentDictionary<string, (QueueDepth Depth, long At)> _depths = new();
    volatile Aside? _aside;
    Task _asking = Task.CompletedTask;

    /// <summary>Null where the broker cannot say now, or was not asked.</summary>
    public QueueDepth? FindDepth(string model) =>
        _depths.TryGetValue(model, out var known) && IsValid(known.At) ? known.Depth : null;

    /// <summary>Null where anything of it is not known.</summary>
    public LaneSight? See(string model) =>
        FindDepth(model) is { } depth && _aside is { } aside && IsValid(aside.At)
            ? new(depth.ReadyMessages == 0, aside.Any)
            : null;

    /// <summary>Begins to ask, unless earlier questions are not answered yet. Does not wait for the answers.</summary>
    /// <param name="suspected">Models of which <see cref="See"/> will be wanted.</param>
    /// <param name="counted">Models of which <see cref="FindDepth"/> will be.</param>
    public async Task AskAsync(
        IReadOnlyCollection<string> suspected, IEnumerable<string> counted, CancellationToken cancellationToken)
    {
        if (!_asking.IsCompleted)
            return;

        // Over by now: what nobody expected ends the loop, as if it had asked itself.
        await _asking;
        _asking = AskEachAsync(suspected.Count > 0, [.. suspected.Union(counted)], cancellationToken);
    }

    async Task AskEachAsync(bool isAsideWanted, string[] models, CancellationToken cancellationToken)
    {
        if (isAsideWanted)
        {
            var aside = await broker.AnyAsideAsync(cancellationToken).WaitAsync(cancellationToken);
            _aside = aside is { } known ? new(known, time.GetTimestamp()) : null;
        }

        foreach (var model in models)
        {
            if (await broker.FindDepthAsync(model, Lane.Bulk, cancellationToken).WaitAsync(cancellationToken) is { } depth)
                _depths[model] = (depth, time.GetTimestamp());
            else
                _depths.TryRemove(model, out _);
        }
    }

    bool IsValid(long at) => time.GetElapsedTime(at) < Validity;

    sealed record Aside(bool Any, long At);
}

/// <summary>What may stand before a job that does not move.</summary>
/// <param name="IsEmpty">Whether nothing waits in its lane's queue.</param>
/// <param name="AnyAside">Whether chunks stand on the retry ladder, of whatever lane.</param>
readonly record struct LaneSight(bool IsEmpty, bool AnyAside);
