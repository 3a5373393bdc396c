using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Intake;

/// <summary>The bulk lane: requests that arrive while a publish is in flight leave together with the next one. There
/// is no timer: a lone request leaves at once, and groups grow with the load because messages cost, bytes do not.</summary>
sealed class GroupCommit(Handover handover) : BackgroundService
{
    /// <summary>Two, so that one group is written while the other waits for the disks.</summary>
    const int Pumps = 2;
    const int MaxGroup = 256;

    /// <summary>More callers than that waiting for a confirm means that the broker does not keep up.</summary>
    const int MaxWaiting = 16 * 1024;

    readonly Channel<Caller> _arrivals = Channel.CreateBounded<Caller>(MaxWaiting);

    /// <summary>Requests that no pump has taken yet.</summary>
    public int Waiting => _arrivals.Reader.Count;

    /// <summary>Completes when the group that the request left in is handed over.</summary>
    public Task<Admission> SubmitAsync(RequestRecord request)
    {
        var caller = new Caller(request);
        return _arrivals.Writer.TryWrite(caller)
            ? caller.Task
            : Task.FromResult(Admission.LaneFull);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pumps = new Task[Pumps];
        for (var i = 0; i < Pumps; i++)
            pumps[i] = PumpAsync();

        // Callers that were let in are answered; those who come now are not.
        await using var stop = stoppingToken.Register(() => _arrivals.Writer.TryComplete());
        await Task.WhenAll(pumps);
    }

    async Task PumpAsync()
    {
        var group = new List<Caller>(MaxGroup);
        while (await NextAsync() is { } first)
        {
            group.Add(first);
            while (group.Count < MaxGroup && _arrivals.Reader.TryRead(out var caller))
                group.Add(caller);

            await CommitAsync(group);
            group.Clear();
        }
    }

    /// <summary>Null after the last. A read, unlike a wait until there is something to read, wakes one pump for one
    /// arrival: the other would find nothing.</summary>
    async ValueTask<Caller?> NextAsync()
    {
        try
        {
            return await _arrivals.Reader.ReadAsync(CancellationToken.None);
        }
        catch (ChannelClosedException)
        {
            return null;
        }
    }

    async Task CommitAsync(List<Caller> group)
    {
        var callers = new Dictionary<string, Caller>(group.Count);
        var records = new RequestRecord[group.Count];
        for (var i = 0; i < records.Length; i++)
        {
            records[i] = group[i].Request;
            callers.Add(records[i].Id, group[i]);
        }

        await Task.WhenAll(RequestChunks.Cut(records).ConvertAll(cut => HandOverAsync(cut, callers)));
    }

    [SuppressMessage("Design", "CA1031", Justification = "Each caller gets the exception; the pump serves the next group.")]
    async Task HandOverAsync(ArraySegment<RequestRecord> cut, Dictionary<string, Caller> callers)
    {
        try
        {
            var verdicts = await handover.RunAsync(cut);
            for (var i = 0; i < cut.Count; i++)
                callers[cut[i].Id].SetResult(verdicts[i]);
        }
        catch (Exception failure)
        {
            foreach (var request in cut)
                callers[request.Id].SetException(failure);
        }
    }

    /// <summary>A caller who waits for the verdict. Continuations run elsewhere, so that the pump goes on.</summary>
    sealed class Caller(RequestRecord request) : TaskCompletionSource<Admission>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public RequestRecord Request { get; } = request;
    }
}
