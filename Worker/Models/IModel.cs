namespace SkillAi.Queue.Worker.Models;

/// <summary>A model version. Several threads may run it at once, each with a batch of its own: one a device, and one that
/// runs priority items beside a device's long run. It is disposed only when no run is in flight, which
/// <see cref="ModelSlot"/> sees to.</summary>
interface IModel : IDisposable
{
    /// <summary>What executes it: <c>cpu</c>, <c>cuda</c>, <c>tensorrt</c> or <c>simulated</c>.</summary>
    string Provider { get; }

    /// <summary>Fills the scores of the batch. Blocks the calling thread for as long as the device works.</summary>
    /// <param name="terminate">Asks to leave the run before its end. A model that cannot, or not any more, finishes it.</param>
    /// <exception cref="ModelRunException">No row has an answer.</exception>
    void Run(RunBatch batch, CancellationToken terminate = default);
}
