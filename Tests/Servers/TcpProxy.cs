using System.Net;
using System.Net.Sockets;

namespace SkillAi.Queue.Tests.Servers;

/// <summary>Stands between a program and a server and spoils their connection: it stalls (nothing moves, nothing is
/// lost), goes dark (half-open: both ends believe in the connection, what they send is gone), or resets. It keeps its
/// port, so that whoever reconnects comes here again.</summary>
public sealed class TcpProxy : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, Ports.Free());
    readonly int _target;
    readonly CancellationTokenSource _stopping = new();
    readonly Lock _gate = new();
    readonly HashSet<Pair> _pairs = [];
    readonly Task _accepting;
    TaskCompletionSource? _stall;
    long _accepted;
    long _held;

    public TcpProxy(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Connections taken so far: how often somebody connected anew.</summary>
    public long Accepted => Interlocked.Read(ref _accepted);

    /// <summary>Bytes that had to wait for <see cref="Resume"/>.</summary>
    public long Held => Interlocked.Read(ref _held);

    public int Open
    {
        get
        {
            lock (_gate)
                return _pairs.Count;
        }
    }

    /// <summary>Holds every byte back until <see cref="Resume"/>.</summary>
    public void Stall()
    {
        lock (_gate)
            _stall ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public void Resume()
    {
        lock (_gate)
        {
            _stall?.SetResult();
            _stall = null;
        }
    }

    /// <summary>From now on, whatever is sent on the connections that exist is swallowed. New ones work.</summary>
    public int GoDark() => ForEach(pair => pair.IsDark = true);

    /// <summary>Ends the connections that exist with a reset.</summary>
    public int Reset() => ForEach(pair => pair.Reset());

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        Resume();
        Reset();
        await _accepting;
        _stopping.Dispose();
    }

    int ForEach(Action<Pair> action)
    {
        Pair[] pairs;
        lock (_gate)
            pairs = [.. _pairs];

        Array.ForEach(pairs, action);
        return pairs.Length;
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptSocketAsync(_stopping.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The proxy ends.
        }
    }

    async Task ServeAsync(Socket client)
    {
        var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        var pair = new Pair(client, server);
        try
        {
            client.NoDelay = server.NoDelay = true;
            await server.ConnectAsync(IPAddress.Loopback, _target, _stopping.Token);
            Interlocked.Increment(ref _accepted);
            lock (_gate)
                _pairs.Add(pair);

            await Task.WhenAny(CopyAsync(pair, client, server), CopyAsync(pair, server, client));
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // No server: the client is turned away as the server's system would.
        }
        finally
        {
            lock (_gate)
                _pairs.Remove(pair);

            pair.Reset();
        }
    }

    async Task CopyAsync(Pair pair, Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer.AsMemory()) is var read and > 0)
            {
                if (_stall is { } stall)
                {
                    Interlocked.Add(ref _held, read);
                    await stall.Task;
                }

                if (!pair.IsDark)
                    await SendAsync(to, buffer.AsMemory(0, read));
            }

            // Whoever closes a dark connection tells nobody.
            if (pair.IsDark)
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _stopping.Token);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
        }
    }

    static async Task SendAsync(Socket to, ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
            bytes = bytes[await to.SendAsync(bytes)..];
    }

    sealed class Pair(Socket client, Socket server)
    {
        public volatile bool IsDark;

        public void Reset()
        {
            // Lingering for no time at all makes closing a reset.
            foreach (var socket in (Socket[])[client, server])
            {
                try
                {
                    socket.LingerState = new(enable: true, seconds: 0);
                }
                catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
                {
                    // By itself, meanwhile.
                }

                socket.Dispose();
            }
        }
    }
}
