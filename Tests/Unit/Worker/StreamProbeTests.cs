using Microsoft.Extensions.Time.Testing;
using SkillAi.Queue.Worker.Batching;
using SkillAi.Queue.Worker.Models;
using SkillAi.Queue.Worker.Models.Simulated;

namespace SkillAi.Queue.Tests.Unit.Worker;

[Collection(nameof(Alone))]
public sealed class StreamProbeTests
{
    static readonly TimeSpan Long = TimeSpan.FromMilliseconds(300);
    static readonly TimeSpan Short = TimeSpan.FromMilliseconds(10);

    readonly FakeTimeProvider _time = new();

    [Fact]
    public void Where_two_runs_share_the_device_the_share_is_measured()
    {
        var exit = Find(new Device(_time, share: 0.4), targetMs: 200);

        Assert.Equal((WayOut.SecondStream, 0.4), (exit.Way, exit.StreamShare));
    }

    [Fact]
    public void A_device_that_takes_one_after_the_other_has_no_second_stream() =>
        Assert.Equal(WayOut.None, Find(new Device(_time, share: 0), targetMs: 200).Way);

    [Fact]
    public void Nor_has_one_whose_memory_holds_only_one_run() =>
        Assert.Equal(WayOut.None, Find(new Device(_time, share: 0.5, isFull: true), targetMs: 200, isForced: true).Way);

    [Fact]
    public void Nor_one_on_which_two_at_once_last_much_longer_than_one_after_the_other() =>
        Assert.Equal(WayOut.None, Find(new Device(_time, share: 0.1), targetMs: 200).Way);

    [Fact]
    public void Nor_one_on_which_the_shared_run_itself_is_too_slow()
    {
        var device = new Device(_time, share: 0.5);

        Assert.Equal(WayOut.None, Find(device, targetMs: 25).Way);
        Assert.Equal(WayOut.SecondStream, Find(device, targetMs: 25, isForced: true).Way);
    }

    [Fact]
    public void A_simulated_device_is_measured_in_real_time()
    {
        var longest = TimeSpan.FromMilliseconds(150);
        using var model = new SimulatedModel(
            new() { Cost = [new(1, Short.TotalMilliseconds), new(64, longest.TotalMilliseconds)] }, TimeProvider.System);

        var exit = Find(model, TimeProvider.System, longest, targetMs: 200);

        Assert.Equal(WayOut.SecondStream, exit.Way);
        Assert.InRange(exit.StreamShare, 0.2, 0.6);
    }

    Exit Find(IModel model, double targetMs, bool isForced = false) => Find(model, _time, Long, targetMs, isForced);

    static Exit Find(IModel model, TimeProvider time, TimeSpan longest, double targetMs, bool isForced = false) =>
        new StreamProbe(time, TimeSpan.FromMilliseconds(targetMs))
            .Find(model, new(64, 16, 1), new(64, 16, 1), 16, new(64, longest, Short), isForced);

    /// <summary>Moves the clock on by what a long run and a short one take that comes when a quarter of it is done.</summary>
    /// <param name="share">Part of its speed that each has meanwhile; none: the short one waits for the other's end.</param>
    /// <param name="isFull">The short one fails.</param>
    sealed class Device(FakeTimeProvider time, double share, bool isFull = false) : IModel
    {
        static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

        readonly SemaphoreSlim _mayGoOn = new(0);
        readonly SemaphoreSlim _longEnded = new(0);

        public string Provider => "fake";

        public void Run(RunBatch batch, CancellationToken terminate = default)
        {
            if (batch.Items > 1)
                RunLong();
            else
                RunShort();
        }

        public void Dispose()
        {
        }

        void RunLong()
        {
            // Wakes the probe, whose short run is part of what is left.
            time.Advance(Long / 4);
            Assert.True(_mayGoOn.Wait(Patience));
            time.Advance((Long * 3 / 4) - (share > 0 ? Short : TimeSpan.Zero));
            _longEnded.Release();
        }

        void RunShort()
        {
            if (share > 0 && !isFull)
                time.Advance(Short / share);

            _mayGoOn.Release();
            if (isFull)
                throw new ModelRunException(RunFailure.OutOfMemory, "Full.");

            if (share == 0)
            {
                Assert.True(_longEnded.Wait(Patience));
                time.Advance(Short);
            }
        }
    }
}
