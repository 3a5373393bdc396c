using System.Net.Sockets;
using System.Threading.Channels;
using RabbitMQ.Client.Exceptions;

namespace SkillAi.Queue.Transport.RabbitMq;

/// <summary>What the client library throws when the broker, the network or a channel fails us; of a connection that is
/// just closing also that its own queue takes no more. Everything else is a mistake of ours and must not be caught.</summary>
static class BrokerFaults
{
    public static bool Include(Exception exception) => exception
        is RabbitMQClientException or IOException or SocketException or TimeoutException
        or OperationCanceledException or ObjectDisposedException or ChannelClosedException
        or System.Security.Authentication.AuthenticationException;

    /// <summary>The broker did not answer in time: the connection can no longer be trusted.</summary>
    public static bool IsSilence(Exception exception) => exception is TimeoutException or OperationCanceledException;
}
