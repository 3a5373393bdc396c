namespace SkillAi.Queue.Tests.EndToEnd;

/// <summary>Where the programs under test were built: the tests run them as they lie, as a person would.</summary>
static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    /// <summary>A program of the same configuration as the tests.</summary>
    public static string Program(string project, string assembly)
    {
        var configuration = Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd('/')))!;
        return Path.Combine(Root, project, "bin", configuration, "net10.0", assembly + ".dll");
    }

    static string Find(string folder) => File.Exists(Path.Combine(folder, "SkillAi.Queue.sln"))
        ? folder
        : Find(Path.GetDirectoryName(folder.TrimEnd('/')) ?? throw new InvalidOperationException("No solution above the tests."));
}
