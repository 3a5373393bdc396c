using System.Diagnostics;

namespace SkillAi.Queue.Tests.Deploy;

/// <summary>A program that checks files of <c>deploy/</c>. Without it the test is skipped, and says how to get it; in CI
/// it fails, so that a missing tool is never a green check.</summary>
sealed class Tool(string name)
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static Tool Helm3 { get; } = new("helm3");

    public static Tool Helm4 { get; } = new("helm4");

    public static Tool Promtool { get; } = new("promtool");

    public static Tool Prometheus { get; } = new("prometheus");

    public static Tool DockerCompose { get; } = new("docker-compose");

    /// <summary>Where it is.</summary>
    public string Find()
    {
        var own = Environment.GetEnvironmentVariable("SKILLAI_TOOLS") ?? Repository.Path(".tools");
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Prepend(own);
        if (folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists) is { } found)
            return found;

        var missing = $"{name} is missing; scripts/deploy-tools.sh puts it into .tools/.";
        if (Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail(missing);

        Assert.Skip(missing);
        return "";
    }

    public ToolResult Run(params string[] arguments) => Run(null, arguments);

    public ToolResult Run(string? input, IReadOnlyList<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Find(), arguments)
        {
            WorkingDirectory = Repository.Root,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }) ?? throw new InvalidOperationException($"{name} did not start.");

        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{name} {string.Join(' ', arguments)} took longer than {Patience}.");
        }

        return new(process.ExitCode, output.GetAwaiter().GetResult(), errors.GetAwaiter().GetResult());
    }
}

sealed record ToolResult(int ExitCode, string Output, string Errors)
{
    /// <summary>What was written, when all went well; else the test fails with what was complained about.</summary>
    public string Succeeded()
    {
        Assert.True(ExitCode == 0, $"Exit code {ExitCode}\n{Errors}\n{Output}");
        return Output;
    }
}
