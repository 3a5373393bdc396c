namespace SkillAi.Queue.Client.Commands;

/// <summary>A service to talk to: one that runs already, or one that was started for this command and ends with it.</summary>
/// <param name="stop">Ends the service that was started; null for one that is not ours.</param>
public sealed class ServiceAddress(Uri url, Func<ValueTask>? stop = null) : IAsyncDisposable
{
    public Uri Url { get; } = url;

    /// <summary>Whether the service was started for this command.</summary>
    public bool IsOwn => stop is not null;

    public ValueTask DisposeAsync() => stop is null ? ValueTask.CompletedTask : stop();
}

/// <summary>Starts a service for one command.</summary>
/// <exception cref="ServiceStartException">It cannot start.</exception>
public delegate Task<ServiceAddress> StartService(CancellationToken cancellationToken);

/// <summary>The service for this command did not start. The message is one sentence that says why.</summary>
public sealed class ServiceStartException(string message, Exception cause) : Exception(message, cause);
