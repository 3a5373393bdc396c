namespace SkillAi.Queue.Embedded;

/// <summary>How the embedded service is started.</summary>
/// <param name="Port">0: any free one.</param>
/// <param name="DataFolder">Where accepted work and results survive a restart; null: they end with the process.</param>
/// <param name="IsQuiet">Log errors only.</param>
/// <param name="More">Settings by their full names, which come before those of the environment.</param>
public sealed record EmbeddedSettings(
    int Port = 0, string? DataFolder = null, bool IsQuiet = true, IReadOnlyDictionary<string, string?>? More = null)
{
    /// <summary>Models that ship beside the program, unless the configuration names others.</summary>
    public static string ModelsPath => Path.Combine(AppContext.BaseDirectory, "models");

    public static string Sample => Path.Combine(AppContext.BaseDirectory, "samples", "comments.ndjson");
}
