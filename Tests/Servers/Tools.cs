using System.Diagnostics;

namespace SkillAi.Queue.Tests.Servers;

/// <summary>What this machine has to run servers with.</summary>
public static class Tools
{
    public static string? FindOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Append("/usr/lib/rabbitmq/bin").Append("/usr/sbin")
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);

    public static bool HasDocker()
    {
        if (FindOnPath("docker") is null)
            return false;

        using var process = Process.Start(new ProcessStartInfo("docker", ["version"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    public static InvalidOperationException Missing(string server, string package) => new(
        $"These tests need a real {server}. Install it (Debian, Ubuntu: apt-get install {package}; it need not run as a " +
        $"service), or start Docker, or call ./test as root, which installs it.");
}
