using System.Text.Json.Serialization;
using SkillAi.Queue.Contracts.Wire;

namespace SkillAi.Queue.Contracts.Models;

/// <summary><c>models/{name}/{version}/model.json</c>: what a version is and how it is served. Properties with a
/// default are <c>set</c>, not <c>init</c>: the generated reader assigns every <c>init</c> property, absent ones too.</summary>
public sealed record ModelManifest
{
    /// <summary>What the model does with an item; decides reading and answering.</summary>
    public required ModelTask Task { get; init; }

    /// <summary>What runs it.</summary>
    public ModelBackend Backend { get; set; } = ModelBackend.Onnx;

    /// <summary>The model's file, beside the manifest.</summary>
    public string File { get; set; } = "model.onnx";

    /// <summary>SHA-256 of the file in hex; null: not checked.</summary>
    public string? Sha256 { get; init; }

    public required ModelInput Input { get; init; }

    public required ModelOutput Output { get; init; }

    /// <summary>Most items in one run. Default 256.</summary>
    public int MaxRunItems { get; set; } = 256;

    /// <summary>Cost table of a simulated device; required for, and only for, <see cref="ModelBackend.Simulated"/>.</summary>
    public SimulatedDevice? Simulated { get; init; }

    public string? Description { get; init; }
}

[JsonConverter(typeof(SnakeCaseEnum<ModelTask>))]
public enum ModelTask
{
    TextClassification,
}

[JsonConverter(typeof(SnakeCaseEnum<ModelBackend>))]
public enum ModelBackend
{
    Onnx,
    Simulated,
}

/// <summary>How an item becomes the model's input.</summary>
public sealed record ModelInput
{
    /// <summary>Name of the graph's input.</summary>
    public required string Name { get; init; }

    public required ModelInputKind Kind { get; init; }

    /// <summary>Field of the item that holds the text.</summary>
    public string Field { get; set; } = "text";

    /// <summary>Bytes of a text that the model reads; longer texts are cut there, at a character's border.</summary>
    public int MaxLength { get; set; } = 512;

    /// <summary>Padded lengths that runs come in, ascending; the last one is <see cref="MaxLength"/>.</summary>
    public IReadOnlyList<int> LengthBuckets { get; set; } = [64, 128, 256, 512];
}

[JsonConverter(typeof(SnakeCaseEnum<ModelInputKind>))]
public enum ModelInputKind
{
    /// <summary>Tensor <c>uint8 [items, length]</c> of UTF-8 bytes, zero-padded.</summary>
    Utf8Bytes,
}

/// <summary>How the model's output becomes an answer.</summary>
public sealed record ModelOutput
{
    /// <summary>Name of the graph's output, <c>float32 [items, labels]</c>.</summary>
    public required string Name { get; init; }

    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>Score from which a label counts as a category, one a label in the same order; default 0.5 each.</summary>
    public IReadOnlyList<float>? Thresholds { get; init; }
}

/// <summary>A device that takes the time of a cost table, for tests, benchmarks and load runs.</summary>
public sealed record SimulatedDevice
{
    /// <summary>Milliseconds of a run by its number of items, straight lines between the points, the last slope beyond.</summary>
    public required IReadOnlyList<CostPoint> Cost { get; init; }

    /// <summary>Standard deviation of a run's time, as a share of it.</summary>
    public double Noise { get; init; }

    /// <summary>Share of runs that take <see cref="StallMs"/> longer.</summary>
    public double StallShare { get; init; }

    public double StallMs { get; init; }

    /// <summary>Largest run that fits into the device's memory; null: any.</summary>
    public int? MemoryItems { get; init; }

    /// <summary>Part of its speed that each of two runs at once has: 0.5 where they take turns, 1 where they do not slow
    /// each other. Default 0.5.</summary>
    public double StreamShare { get; set; } = 0.5;

    /// <summary>Beginning of the texts that it refuses, as a model refuses what its graph cannot take; null: none.</summary>
    public string? Refuses { get; init; }

    /// <summary>Beginning of the texts that kill the process, as a fault in a model's native code does; null: none.</summary>
    public string? Kills { get; init; }

    public int Seed { get; set; } = 1;
}

public sealed record CostPoint(int Items, double Ms);

/// <summary>A version of a model: what requests name and chunks carry.</summary>
public sealed record ModelVersion(string Name, string Version, ModelManifest Manifest);
