using SkillAi.Queue.Contracts;
using SkillAi.Queue.Producer.Problems;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Models;

/// <summary>Which models there are and which are served, as known a moment ago. A miss looks again before it is told
/// to the caller, so that a new model is found at once.</summary>
sealed class ModelCatalog(ModelDirectory directory, TimeProvider time) : IDisposable
{
    readonly SemaphoreSlim _loading = new(1);
    volatile CatalogSnapshot _now = CatalogSnapshot.Empty;

    public CatalogSnapshot Now => _now;

    /// <summary>The version that a new piece of work is pinned to.</summary>
    /// <exception cref="ProblemException">No such model or version, or nobody serves the priority lane now.</exception>
    public async ValueTask<string> ResolveAsync(
        string model, string? version, Lane lane, CancellationToken cancellationToken)
    {
        if (Resolve(model, version, lane, out var resolved) is null)
            return resolved;

        await RefreshAsync(cancellationToken);
        return Resolve(model, version, lane, out resolved) is { } problem
            ? throw new ProblemException(problem)
            : resolved;
    }

    /// <summary>Loads what is declared and served now. Callers that come while a load runs share the next one.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var asked = time.GetTimestamp();
        await _loading.WaitAsync(cancellationToken);
        try
        {
            if (_now.LoadedFrom <= asked)
                _now = await LoadAsync();
        }
        finally
        {
            _loading.Release();
        }
    }

    public void Dispose() => _loading.Dispose();

    Problem? Resolve(string model, string? version, Lane lane, out string resolved)
    {
        resolved = "";
        if (!_now.Models.TryGetValue(model, out var known))
            return Problem.UnknownModel(model);

        resolved = version ?? known.Default;
        if (!known.Versions.Contains(resolved))
            return Problem.UnknownVersion(model, resolved);

        return lane == Lane.Priority && !known.Live.Contains(resolved) ? Problem.NoWorker(model) : null;
    }

    async Task<CatalogSnapshot> LoadAsync()
    {
        var from = time.GetTimestamp();
        var versions = await directory.ListAsync();
        var names = versions.Select(version => version.Name).Distinct(StringComparer.Ordinal).ToArray();
        var live = await Task.WhenAll(names.Select(directory.ListLiveAsync));
        return CatalogSnapshot.Create(
            versions, names.Zip(live).ToDictionary(pair => pair.First, pair => pair.Second), from);
    }
}
