using SkillAi.Queue.Transport.Redis;
using SkillAi.Queue.Worker.Telemetry;

namespace SkillAi.Queue.Worker.Failures;

/// <summary>Says what was given up: one line for each model version and reason, and ten seconds at least between two of
/// these, however many items there are. Their dead letters say which they are.</summary>
sealed class GivenUpSummary(TimeProvider time, ILogger log)
{
    static readonly TimeSpan Gathering = TimeSpan.FromSeconds(10);

    readonly Lock _gate = new();
    readonly Dictionary<(string Model, string Version, string Reason), (int Items, string Last)> _untold = [];

    public void Add(DeadLetter letter)
    {
        var kind = (letter.Model, letter.Version, letter.Reason);
        lock (_gate)
        {
            // Not awaited: a worker that stops tells what is untold, and this finds nothing then.
            if (_untold.Count == 0)
                _ = TellLaterAsync();

            var items = _untold.GetValueOrDefault(kind).Items + letter.Items;
            _untold[kind] = (items, letter.Job ?? letter.Request ?? letter.Id);
        }
    }

    /// <summary>Says at once what has not been said yet.</summary>
    public void Tell()
    {
        KeyValuePair<(string Model, string Version, string Reason), (int Items, string Last)>[] untold;
        lock (_gate)
        {
            untold = [.. _untold];
            _untold.Clear();
        }

        foreach (var (kind, (items, last)) in untold)
            log.GivenUp(kind.Model, kind.Version, kind.Reason, items, last);
    }

    async Task TellLaterAsync()
    {
        await Task.Delay(Gathering, time);
        Tell();
    }
}
