using System.Net;
using System.Net.Sockets;
using SkillAi.Queue.Transport.Hosting;

namespace SkillAi.Queue.Embedded;

/// <summary>The port, looked at before anything is started: what has started by the time that the web server finds it taken
/// would complain about its own end too.</summary>
static class ListeningPort
{
    /// <exception cref="StartRefusedException">Nothing can listen there.</exception>
    public static void RequireFree(int port)
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        }
        catch (SocketException cause)
        {
            throw new StartRefusedException($"Port {port} on 127.0.0.1 cannot be used: {cause.Message}.", cause);
        }
    }
}
