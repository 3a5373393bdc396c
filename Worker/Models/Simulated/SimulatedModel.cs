using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;
using SkillAi.Queue.Contracts.Models;

namespace SkillAi.Queue.Worker.Models.Simulated;

/// <summary>A device that takes the time of a cost table, with noise, stalls and a memory limit, and answers with
/// scores that depend on nothing but the item's bytes. It shows what batching does on hardware that is not at hand.</summary>
sealed class SimulatedModel(SimulatedDevice device, TimeProvider time, RunLog? log = null) : IModel
{
    readonly RunTimes _times = new(device);
    readonly ConcurrentDictionary<int, DeviceClock> _devices = new();
    readonly byte[]? _refuses = Bytes(device.Refuses);
    readonly byte[]? _kills = Bytes(device.Kills);

    public string Provider => "simulated";

    public void Run(RunBatch batch, CancellationToken terminate = default)
    {
        if (batch.Rung > device.MemoryItems)
        {
            throw new ModelRunException(
                RunFailure.OutOfMemory, $"The simulated device holds {device.MemoryItems} items, not {batch.Rung}.");
        }

        // Before it has begun: what refuses an input looks at it first, and says nothing of which it was.
        if (_refuses is not null && AnyBegins(batch, _refuses))
            throw new ModelRunException(RunFailure.Rejected, "The simulated device refuses an item of the run.");

        log?.Write(batch);
        if (_kills is not null && AnyBegins(batch, _kills))
            Environment.FailFast("The simulated device kills its process.");

        var clock = _devices.GetOrAdd(batch.Device, static (_, model) => model.MakeClock(), this);
        using var stay = clock.Enter(_times.Next(batch.Rung));
        for (var row = 0; row < batch.Items; row++)
            Score(batch.Row(row), batch.Scores(row));

        if (!stay.WaitForEnd(terminate))
            throw new ModelRunException(RunFailure.Terminated, "Terminated.");
    }

    public void Dispose() => log?.Dispose();

    DeviceClock MakeClock() => new(time, device.StreamShare);

    static bool AnyBegins(RunBatch batch, ReadOnlySpan<byte> beginning)
    {
        for (var row = 0; row < batch.Items; row++)
        {
            if (batch.Row(row).StartsWith(beginning))
                return true;
        }

        return false;
    }

    static byte[]? Bytes(string? beginning) => beginning is null ? null : Encoding.UTF8.GetBytes(beginning);

    /// <summary>Hashes the text without its padding, so that the padded length changes no score.</summary>
    static void Score(ReadOnlySpan<byte> row, Span<float> scores)
    {
        var text = row.TrimEnd((byte)0);
        var hash = 0xCBF29CE484222325UL ^ (ulong)text.Length;
        var words = MemoryMarshal.Cast<byte, ulong>(text);
        foreach (var word in words)
            hash = (hash ^ word) * 0x9E3779B97F4A7C15UL;

        foreach (var last in text[(words.Length * sizeof(ulong))..])
            hash = (hash ^ last) * 0x100000001B3UL;

        for (var i = 0; i < scores.Length; i++)
        {
            hash = (hash ^ (hash >> 29)) * 0xBF58476D1CE4E5B9UL;
            scores[i] = (hash >> 40) / (float)(1 << 24);
        }
    }
}
