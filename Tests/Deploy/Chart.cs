using System.Collections.Concurrent;

namespace SkillAi.Queue.Tests.Deploy;

/// <summary>The chart, rendered with one of its example values by one of the helms that users have.</summary>
static class Chart
{
    static readonly string Folder = Repository.Path("deploy", "helm", "skillai-queue");

    static readonly ConcurrentDictionary<(Tool, string), Lazy<string>> Rendered = new();

    /// <summary>Every file of <c>ci/</c>.</summary>
    public static IReadOnlyList<string> Examples { get; } =
        [.. Directory.GetFiles(Path.Combine(Folder, "ci"), "*.yaml").Select(file => Path.GetFileName(file)).Order()];

    public static Tool Helm(int major) => major == 3 ? Tool.Helm3 : Tool.Helm4;

    public static string Render(int major, string example) => Rendered
        .GetOrAdd((Helm(major), example), key => new(() => Template(key.Item1, "-f", Values(key.Item2)).Succeeded())).Value;

    /// <summary>With single values on top of a chart that needs nothing else.</summary>
    public static ToolResult RenderWith(int major, params string[] set) =>
        Template(Helm(major), [.. Set(set)]);

    /// <summary>Under another name, with a broker and a store.</summary>
    public static ToolResult RenderAs(string release, params string[] set) =>
        Helm(4).Run(["template", release, Folder, .. Set(set)]);

    public static ToolResult Lint(int major, string example) =>
        Helm(major).Run("lint", "--strict", Folder, "-f", Values(example));

    static IEnumerable<string> Set(IEnumerable<string> values) =>
        values.Prepend("dev.enabled=true").SelectMany(value => new[] { "--set", value });

    static ToolResult Template(Tool helm, params string[] arguments) =>
        helm.Run(["template", "skillai", Folder, "--namespace", "skillai", .. arguments]);

    static string Values(string example) => Path.Combine(Folder, "ci", example);
}
