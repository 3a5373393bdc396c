using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Producer.Scaling;

/// <summary>What waited when it was last looked, by model and lane; null while nobody knows.</summary>
sealed class Backlog
{
    volatile IReadOnlyDictionary<(string Model, Lane Lane), long>? _items;

    public IReadOnlyDictionary<(string Model, Lane Lane), long>? Items
    {
        get => _items;
        set => _items = value;
    }
}
