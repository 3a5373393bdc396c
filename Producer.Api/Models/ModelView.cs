using SkillAi.Queue.Contracts.Models;

namespace SkillAi.Queue.Producer.Models;

/// <summary>What is declared, served and learned, as a resource.</summary>
static class ModelView
{
    /// <param name="versions">Of one model, newest last.</param>
    /// <param name="reports">By version; null: not asked for.</param>
    public static ModelResource Create(
        IReadOnlyList<ModelVersion> versions, IReadOnlySet<string> live, ILookup<string, WorkerReport>? reports) => new()
    {
        Id = versions[0].Name,
        Version = new CatalogModel([.. versions.Select(version => version.Version)], live).Default,
        IsLive = versions.Any(version => live.Contains(version.Version)),
        Versions = [.. versions.Reverse().Select(version => Create(version, live, reports))],
    };

    static ModelVersionResource Create(
        ModelVersion version, IReadOnlySet<string> live, ILookup<string, WorkerReport>? reports) => new()
    {
        Version = version.Version,
        IsLive = live.Contains(version.Version),
        Task = version.Manifest.Task,
        Backend = version.Manifest.Backend,
        Description = version.Manifest.Description,
        Labels = version.Manifest.Output.Labels,
        Thresholds = version.Manifest.Output.Thresholds,
        MaxLength = version.Manifest.Input.MaxLength,
        LengthBuckets = version.Manifest.Input.LengthBuckets,
        MaxRunItems = version.Manifest.MaxRunItems,
        Workers = reports?[version.Version].ToList(),
    };
}
