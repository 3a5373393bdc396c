using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Worker.Pipeline;

/// <summary>The versions of one model that this worker serves: they share its two queues, with those that only other
/// workers serve.</summary>
sealed class ModelVersions(IReadOnlyList<ServedModel> versions)
{
    static readonly HashSet<string> None = [];

    volatile Sight _lastSight = new(None, DateTimeOffset.MinValue);

    public string Name => Newest.Name;

    public ServedModel Newest => versions[^1];

    public IReadOnlyList<ServedModel> All => versions;

    public ServedModel? Find(string version) => versions.FirstOrDefault(model => model.Version == version);

    /// <summary>What the directory said: versions that some worker serves.</summary>
    /// <param name="asked">When it was asked: what came before it is in the answer.</param>
    public void Saw(IReadOnlySet<string> live, DateTimeOffset asked) => _lastSight = new(live, asked);

    /// <summary>Whether a worker may serve the chunk's version. What was accepted after the last look may be there for a
    /// worker that has come since.</summary>
    public bool MayBeServed(Chunk chunk) =>
        _lastSight is var sight && (sight.Live.Contains(chunk.Version) || chunk.EnqueuedAt >= sight.Asked);

    sealed record Sight(IReadOnlySet<string> Live, DateTimeOffset Asked);
}
