namespace SkillAi.Queue.Contracts.Models;

/// <summary>A model as <c>GET /v1/models</c> and <c>GET /v1/models/{id}</c> show it.</summary>
public sealed record ModelResource
{
    /// <summary>Its name: what requests and jobs put into <c>model</c>.</summary>
    public required string Id { get; init; }

    /// <summary>What work gets that names no version: the newest that is served or, while none is, the newest there is.</summary>
    public required string Version { get; init; }

    /// <summary>Whether a worker serves any version now.</summary>
    public required bool IsLive { get; init; }

    /// <summary>Declared versions, newest first.</summary>
    public required IReadOnlyList<ModelVersionResource> Versions { get; init; }
}

public sealed record ModelVersionResource
{
    public required string Version { get; init; }
    public required bool IsLive { get; init; }
    public required ModelTask Task { get; init; }
    public required ModelBackend Backend { get; init; }
    public string? Description { get; init; }
    public required IReadOnlyList<string> Labels { get; init; }
    public IReadOnlyList<float>? Thresholds { get; init; }

    /// <summary>Bytes of a text that the model reads.</summary>
    public required int MaxLength { get; init; }

    /// <summary>Padded lengths that runs come in.</summary>
    public required IReadOnlyList<int> LengthBuckets { get; init; }

    /// <summary>Most items in one run.</summary>
    public required int MaxRunItems { get; init; }

    /// <summary>Who serves it now, and what they learned about it; null in lists.</summary>
    public IReadOnlyList<WorkerReport>? Workers { get; init; }
}

/// <summary>The models there are, by name.</summary>
public sealed record ModelList(IReadOnlyList<ModelResource> Data);
