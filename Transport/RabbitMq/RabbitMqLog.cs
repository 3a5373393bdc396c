using Microsoft.Extensions.Logging;

namespace SkillAi.Queue.Transport.RabbitMq;

static partial class RabbitMqLog
{
    [LoggerMessage(1100, LogLevel.Information, "Connection '{Connection}' is up (RabbitMQ {Version} on {Node}).")]
    public static partial void Connected(ILogger logger, string connection, string version, string node);

    [LoggerMessage(1101, LogLevel.Warning, "Connection '{Connection}' failed, attempt {Attempt}: {Reason}")]
    public static partial void ConnectFailed(ILogger logger, string connection, int attempt, string reason);

    [LoggerMessage(1102, LogLevel.Warning, "Connection '{Connection}' is lost: {Reason}")]
    public static partial void ConnectionLost(ILogger logger, string connection, string reason);

    [LoggerMessage(1103, LogLevel.Warning, "Connection '{Connection}': blocked by the broker = {Blocked}.")]
    public static partial void Blocked(ILogger logger, string connection, bool blocked);

    [LoggerMessage(1104, LogLevel.Error, "Queue '{Queue}' cannot be used: {Reason}")]
    public static partial void TopologyFailed(ILogger logger, string queue, string reason);

    [LoggerMessage(1105, LogLevel.Information, "Consuming '{Queue}' with prefetch {Prefetch}.")]
    public static partial void Consuming(ILogger logger, string queue, int prefetch);

    [LoggerMessage(1106, LogLevel.Warning, "Consumer of '{Queue}' ended: {Reason}")]
    public static partial void ConsumerEnded(ILogger logger, string queue, string reason);

    [LoggerMessage(1107, LogLevel.Warning,
        "Consumer of '{Queue}' is stuck: {Ready} messages wait and none arrived for {Silence}. It is built anew.")]
    public static partial void ConsumerStuck(ILogger logger, string queue, long ready, TimeSpan silence);

    [LoggerMessage(1108, LogLevel.Error, "A message in '{Queue}' is not a chunk and was rejected: {Reason}")]
    public static partial void Undecodable(ILogger logger, string queue, string reason);
}
