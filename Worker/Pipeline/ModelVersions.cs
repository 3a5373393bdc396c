namespace SkillAi.Queue.Worker.Pipeline;

/// <summary>The versions of one model that this worker serves: they share its two queues.</summary>
sealed class ModelVersions(IReadOnlyList<ServedModel> versions)
{
    public string Name => Newest.Name;

    public ServedModel Newest => versions[^1];

    public IReadOnlyList<ServedModel> All => versions;

    public ServedModel? Find(string version) => versions.FirstOrDefault(model => model.Version == version);
}
