using System.Text.Json;
using SkillAi.Queue.Contracts.Models;
using SkillAi.Queue.Contracts.Wire;

namespace SkillAi.Queue.Producer.Models;

/// <summary>Manifests under <c>Models:Path</c>: what this instance declares although no worker has come up yet.
/// A manifest that cannot be read is skipped here; the worker that should serve it says what is wrong.</summary>
static class ManifestFolder
{
    public static IReadOnlyList<ModelVersion> Read(string root, ILogger logger)
    {
        var versions = new List<ModelVersion>();
        foreach (var folder in Folders(root).SelectMany(Folders))
        {
            var file = Path.Combine(folder, "model.json");
            if (Find(file, logger) is { } manifest)
                versions.Add(new(Path.GetFileName(Path.GetDirectoryName(folder)) ?? "", Path.GetFileName(folder), manifest));
        }

        return versions;
    }

    static string[] Folders(string parent) => Directory.Exists(parent) ? Directory.GetDirectories(parent) : [];

    static ModelManifest? Find(string file, ILogger logger)
    {
        try
        {
            return File.Exists(file)
                ? JsonSerializer.Deserialize(File.ReadAllBytes(file), WireJson.Default.ModelManifest)
                : null;
        }
        catch (Exception problem) when (problem is JsonException or IOException or UnauthorizedAccessException)
        {
            logger.ManifestSkipped(file, problem.Message);
            return null;
        }
    }
}
