using System.Diagnostics;

namespace SkillAi.Queue.Tests.Servers;

/// <summary>A server in a container, for machines without the server but with Docker. The guard is a shell that removes
/// the container when our end of its pipe closes.</summary>
public sealed class DockerHost(string image, string[] options, string[] command) : ServerHost
{
    readonly string _name = $"skillai-test-{Guid.NewGuid():N}";
    Process? _guard;

    public override async Task StartAsync()
    {
        if (_guard is not null)
        {
            await DockerAsync("start", _name);
            return;
        }

        _guard = Process.Start(new ProcessStartInfo("setsid", ["/bin/sh", "-c", $"read order; docker rm -f {_name} >/dev/null 2>&1"])
        {
            RedirectStandardInput = true,
        })!;
        await DockerAsync(["run", "--detach", "--name", _name, .. options, image, .. command]);
    }

    public override Task StopAsync() => DockerAsync("stop", "--time", "30", _name);

    public override Task KillAsync() => DockerAsync("kill", _name);

    public override void Freeze() => DockerAsync("pause", _name).GetAwaiter().GetResult();

    public override void Thaw() => DockerAsync("unpause", _name).GetAwaiter().GetResult();

    public override Task<string> RunAsync(params string[] command) => DockerAsync(["exec", _name, .. command]);

    public override string Describe() => DockerAsync("logs", "--tail", "40", _name).GetAwaiter().GetResult();

    public override async ValueTask DisposeAsync()
    {
        await DockerAsync("rm", "--force", "--volumes", _name);
        _guard?.StandardInput.Close();
        _guard?.Dispose();
    }

    static async Task<string> DockerAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("docker", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"docker {string.Join(' ', arguments)} failed:\n{await errors}");
    }
}
