using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Transport.Broker;

/// <summary>Lends chunks to a worker.</summary>
public interface IChunkSource
{
    /// <summary>Whether deliveries can arrive now.</summary>
    bool IsReady { get; }

    /// <summary>Consumes one lane of one model until cancelled, across losses of the connection: those are repaired
    /// inside, deliveries on loan at that time become <see cref="Delivery.IsLost"/> and come again. Cancelling only
    /// stops new deliveries; those handed out can still be settled, until the source is disposed, which gives
    /// back what is left.</summary>
    /// <param name="prefetch">Most messages on loan, at least 1. To change it, cancel and read again.</param>
    IAsyncEnumerable<Delivery> ReadAsync(string model, Lane lane, int prefetch, CancellationToken cancellationToken);
}
