namespace SkillAi.Queue.Tests.Servers;

/// <summary>Where a real server runs. It keeps its port and its data from one start to the next, and it never outlives
/// the test process, however that ends.</summary>
public abstract class ServerHost : IAsyncDisposable
{
    public abstract Task StartAsync();

    /// <summary>Asks it to end and waits until it has.</summary>
    public abstract Task StopAsync();

    /// <summary>Ends it as a power cut would.</summary>
    public abstract Task KillAsync();

    /// <summary>It keeps its connections and answers nothing.</summary>
    public abstract void Freeze();

    public abstract void Thaw();

    /// <summary>Runs a tool of the server beside it and returns what it printed.</summary>
    public abstract Task<string> RunAsync(params string[] command);

    public abstract string Describe();

    public abstract ValueTask DisposeAsync();
}
