using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace SkillAi.Queue.Tests.Servers;

/// <summary>A server of this machine as a process group of its own, under a guard: a shell that holds one end of a pipe
/// and, when our end closes because we are gone, kills the group and removes its data. The guard has a session of its
/// own too: whoever ends our whole group must not end the guard first.</summary>
public sealed partial class LocalHost(DirectoryInfo data, string[] command, Dictionary<string, string> environment)
    : ServerHost
{
    const int SigKill = 9;
    const int SigTerm = 15;
    const int SigCont = 18;
    const int SigStop = 19;

    const string Guard = """
        exec 3<&0 2>/dev/null
        setsid "$@" </dev/null >>"$SERVER_LOG" 2>&1 3<&- &
        child=$!
        echo $child
        { read order <&3; kill -s KILL -- -$child; [ -n "$order" ] || rm -rf -- "$SERVER_DATA"; } >/dev/null 2>&1 &
        wait $child
        """;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    Process? _guard;
    int _group;

    string LogFile => Path.Combine(data.FullName, "server.log");

    public override async Task StartAsync()
    {
        _guard = Process.Start(StartInfo(["setsid", "/bin/sh", "-c", Guard, "guard", .. command]))!;
        _group = int.Parse((await _guard.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
    }

    // Only the server itself: its helpers, ended first, would take it down as hard as a kill.
    public override Task StopAsync() => EndAsync(_group, SigTerm);

    public override Task KillAsync() => EndAsync(-_group, SigKill);

    public override void Freeze() => Signal(SigStop);

    public override void Thaw() => Signal(SigCont);

    public override async Task<string> RunAsync(params string[] command)
    {
        using var process = Process.Start(StartInfo(command))!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"{string.Join(' ', command)} failed:\n{await output}");
    }

    public override string Describe() =>
        File.Exists(LogFile) ? string.Join('\n', File.ReadLines(LogFile).TakeLast(40)) : "It has logged nothing.";

    public override async ValueTask DisposeAsync()
    {
        await KillAsync();
        data.Delete(recursive: true);
    }

    async Task EndAsync(int process, int signal)
    {
        if (_guard is not { } guard)
            return;

        _guard = null;
        Signal(SigCont);
        _ = Kill(process, signal);
        await guard.WaitForExitAsync().WaitAsync(Patience, TimeProvider.System);

        // Helpers of the server that outlived its main process go as well; the data stays for the next start.
        Signal(SigKill);
        await guard.StandardInput.WriteLineAsync("keep");
        guard.Dispose();
    }

    ProcessStartInfo StartInfo(string[] command)
    {
        var info = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = data.FullName,
        };
        foreach (var (name, value) in environment)
            info.Environment[name] = value;

        info.Environment["SERVER_LOG"] = LogFile;
        info.Environment["SERVER_DATA"] = data.FullName;
        return info;
    }

    // Fails only when the group is gone, which is what every signal but freezing is about.
    void Signal(int signal) => _ = Kill(-_group, signal);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
