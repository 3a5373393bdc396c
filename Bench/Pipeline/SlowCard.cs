using System.Text.Json;
using SkillAi.Queue.Contracts.Models;
using SkillAi.Queue.Contracts.Wire;

namespace SkillAi.Queue.Bench.Pipeline;

/// <summary>The scenario's device as a model that the worker serves: the same costs, noise and stalls.</summary>
static class SlowCard
{
    public const string Model = "card";

    /// <summary>Two runs at once take turns.</summary>
    public const double StreamShare = 0.5;

    /// <returns>A folder for <c>Models:Path</c>, to be deleted by the caller.</returns>
    public static string Write(Scenario scenario)
    {
        int[] sizes = [1, 8, 16, 32, scenario.MaxItems];
        var manifest = new ModelManifest
        {
            Task = ModelTask.TextClassification,
            Backend = ModelBackend.Simulated,
            Input = new() { Name = "text", Kind = ModelInputKind.Utf8Bytes, MaxLength = 64, LengthBuckets = [64] },
            Output = new() { Name = "scores", Labels = ["toxic"] },
            MaxRunItems = scenario.MaxItems,
            Simulated = new()
            {
                Cost = [.. sizes.Select(size => new CostPoint(size, scenario.Device.Cost(size)))],
                StreamShare = StreamShare, Noise = scenario.Noise, StallShare = scenario.StallChance, StallMs = scenario.Stall,
            },
        };
        var models = Directory.CreateTempSubdirectory("skillai-pipeline-").FullName;
        var version = Directory.CreateDirectory(Path.Combine(models, Model, "1")).FullName;
        File.WriteAllBytes(
            Path.Combine(version, "model.json"),
            JsonSerializer.SerializeToUtf8Bytes(manifest, WireJson.Default.ModelManifest));
        return models;
    }
}
