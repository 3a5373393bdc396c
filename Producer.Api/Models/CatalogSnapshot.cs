using SkillAi.Queue.Contracts.Models;

namespace SkillAi.Queue.Producer.Models;

/// <summary>All models at one instant. Immutable; replaced as a whole.</summary>
/// <param name="LoadedFrom">Timestamp from before the load: what was declared before it is in here.</param>
sealed record CatalogSnapshot(IReadOnlyDictionary<string, CatalogModel> Models, long LoadedFrom)
{
    public static readonly CatalogSnapshot Empty =
        new(new Dictionary<string, CatalogModel>(), LoadedFrom: long.MinValue);

    public static CatalogSnapshot Create(
        IEnumerable<ModelVersion> versions, IReadOnlyDictionary<string, IReadOnlySet<string>> live, long loadedFrom)
    {
        var models = versions
            .GroupBy(version => version.Name, StringComparer.Ordinal)
            .ToDictionary(
                group => group.Key,
                group => new CatalogModel(
                    [.. group.Select(version => version.Version)],
                    live.GetValueOrDefault(group.Key) ?? new HashSet<string>()));
        return new(models, loadedFrom);
    }
}

/// <param name="Versions">Declared versions, newest last.</param>
/// <param name="Live">Versions that a worker serves at this moment.</param>
sealed record CatalogModel(IReadOnlyList<string> Versions, IReadOnlySet<string> Live)
{
    /// <summary>The newest version that is served or, while none is, the newest there is.</summary>
    public string Default { get; } = Versions.LastOrDefault(Live.Contains) ?? Versions[^1];
}
