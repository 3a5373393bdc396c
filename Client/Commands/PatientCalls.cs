using System.Net.Sockets;

namespace SkillAi.Queue.Client.Commands;

/// <summary>Asks again while the service does not answer: for longer than it takes to restart.</summary>
/// <param name="patience">How long.</param>
sealed class PatientCalls(TimeProvider time, TimeSpan patience)
{
    /// <summary>The patience of who names none.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromSeconds(30);

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>What the call answers. What it threw last is thrown when the patience is over.</summary>
    /// <param name="call">May be repeated.</param>
    public async Task<T> AskAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        long? since = null;
        while (true)
        {
            try
            {
                return await call();
            }
            catch (Exception cause)
                when (IsOutage(cause) && (since is null || time.GetElapsedTime(since.Value) < patience))
            {
                if (since is null)
                {
                    var reason = cause.GetBaseException().Message;
                    Terminal.Complain(
                        $"The service does not answer, trying again for {patience.TotalSeconds:0} s: {reason}");
                }

                since ??= time.GetTimestamp();
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    /// <summary>Whether the connection or what is behind it failed, and not this program or what it asked for.</summary>
    public static bool IsOutage(Exception cause) => cause switch
    {
        // Sending fails too where what is to be sent cannot be read.
        HttpRequestException { InnerException: { } inner } => inner is SocketException || IsOutage(inner),
        HttpRequestException or HttpIOException => true,
        IOException { InnerException: SocketException } => true,
        SkillAiException { Status: 502 or 503 or 504 } => true,
        // The try before this one holds its key until its end has been noticed.
        SkillAiException { Status: 409, RetryAfter: not null } => true,
        _ => false,
    };
}
