using System.Reflection;
using System.Xml.Linq;

namespace SkillAi.Queue.Tests.Architecture;

/// <summary>The projects and files of the checkout that the tests were built from.</summary>
static class Checkout
{
    public static readonly string[] Product =
        ["Contracts", "Transport", "Producer.Api", "Worker", "Client", "Embedded"];

    public static string Root { get; } = Find(AppContext.BaseDirectory);

    public static Assembly Assembly(string project) =>
        System.Reflection.Assembly.Load(project == "Client" ? "skillai" : $"SkillAi.Queue.{project}");

    public static IEnumerable<string> Sources(string project) =>
        Directory.EnumerateFiles(Path.Combine(Root, project), "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(Root, file).Split('/').Any(part => part is "bin" or "obj"));

    public static IEnumerable<string> ProjectReferences(string project) =>
        References(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path));

    public static IEnumerable<string> PackageReferences(string project) => References(project, "PackageReference");

    static IEnumerable<string> References(string project, string kind) =>
        XDocument.Load(Path.Combine(Root, project, $"{project}.csproj"))
            .Descendants(kind).Select(reference => reference.Attribute("Include")!.Value);

    static string Find(string folder) => File.Exists(Path.Combine(folder, "SkillAi.Queue.sln"))
        ? folder
        : Find(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("No solution above the tests."));
}
