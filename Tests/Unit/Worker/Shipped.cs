using Microsoft.Extensions.Logging.Abstractions;
using SkillAi.Queue.Worker.Models;
using SkillAi.Queue.Worker.Models.Onnx;

namespace SkillAi.Queue.Tests.Unit.Worker;

/// <summary>The model that the repository ships, loaded as a worker loads it.</summary>
static class Shipped
{
    public static string Models { get; } = Path.Combine(FindRoot(), "models");

    public static ModelFolder Moderation { get; } = new ModelRepository(Models).Scan().First(model => model.Version.Name == "moderation");

    public static IModel Load(ModelFolder? folder = null, ExecutionProvider provider = ExecutionProvider.Cpu) =>
        new OnnxLoader(provider, new() { IntraOpThreads = 1 }, NullLogger<OnnxLoader>.Instance).Load(folder ?? Moderation);

    static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "SkillAi.Queue.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Not inside the repository.");

        return folder;
    }
}
