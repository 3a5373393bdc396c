using System.Net;
using System.Net.Sockets;

namespace SkillAi.Queue.Tests.Servers;

/// <summary>Free ports below the range from which the system takes source ports: a server that is restarted must find
/// its port still free.</summary>
public static class Ports
{
    const int First = 20_000;
    const int Last = 32_000;

    public static int Free()
    {
        var random = new Random();
        while (true)
        {
            var port = random.Next(First, Last);
            try
            {
                using var probe = new TcpListener(IPAddress.Loopback, port);
                probe.Start();
                return port;
            }
            catch (SocketException)
            {
            }
        }
    }
}
