namespace SkillAi.Queue.Tests.EndToEnd;

/// <summary>A simulated device of some 6,000 items a second, so that a fault finds a job under way on any machine.</summary>
static class SlowModel
{
    /// <summary>Beginning of the texts that it refuses.</summary>
    public const string Poison = "poison";

    /// <summary>Beginning of the texts that kill its process.</summary>
    public const string Killer = "killer";

    const string Manifest =
        $$"""
        {
          "task": "text_classification",
          "backend": "simulated",
          "input": { "name": "text", "kind": "utf8_bytes" },
          "output": { "name": "scores", "labels": ["toxic", "spam"] },
          "simulated": { "cost": [{ "items": 1, "ms": 4 }, { "items": 256, "ms": 40 }], "refuses": "{{Poison}}", "kills": "{{Killer}}" }
        }
        """;

    /// <returns>The folder for <c>Models:Path</c>.</returns>
    public static string Write(string folder)
    {
        var models = Path.Combine(folder, "models");
        var version = Directory.CreateDirectory(Path.Combine(models, "moderation", "1")).FullName;
        File.WriteAllText(Path.Combine(version, "model.json"), Manifest);
        return models;
    }
}
