using System.CommandLine;

namespace SkillAi.Queue.Bench.Scaling;

/// <summary><c>scaling</c>: how the shipped scaling rules answer a load, simulated.</summary>
static class ScalingVerb
{
    static readonly Option<FileInfo> Manifest = new("--manifest")
    {
        DefaultValueFactory = _ => new("deploy/keda/prometheus.yaml"), Description = "ScaledObjects to read the rules from",
    };

    static readonly Option<string> Pool = new("--pool") { DefaultValueFactory = _ => "skillai-moderation-bulk" };

    static readonly Option<FileInfo?> Out = new("--out") { Description = "Markdown to write; else the terminal" };

    public static Command Create()
    {
        var command = new Command("scaling", "Simulate the autoscaler with the shipped rules.") { Manifest, Pool, Out };
        command.SetAction(async (arguments, cancellationToken) =>
        {
            using var manifest = arguments.GetRequiredValue(Manifest).OpenText();
            var report = ScalingReport.Write(ShippedScaling.Read(manifest, arguments.GetRequiredValue(Pool)));
            if (arguments.GetValue(Out) is { } file)
                await File.WriteAllTextAsync(file.FullName, report, cancellationToken);
            else
                await Console.Out.WriteAsync(report.AsMemory(), cancellationToken);

            return 0;
        });
        return command;
    }
}
