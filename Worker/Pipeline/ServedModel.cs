using SkillAi.Queue.Contracts.Models;
using SkillAi.Queue.Worker.Models;
using SkillAi.Queue.Worker.Models.Text;

namespace SkillAi.Queue.Worker.Pipeline;

/// <summary>A version that this worker serves: how its items are read and answered, and what waits for it.</summary>
sealed class ServedModel(ModelVersion version, ModelSlot slot, ModelLanes lanes, LengthBuckets lengths)
{
    public string Name => version.Name;
    public string Version => version.Version;
    public ModelVersion Declaration => version;
    public ModelSlot Slot => slot;
    public ModelLanes Lanes => lanes;
    public TextInput Input { get; } = new(version.Manifest.Input);
    public TextOutput Output { get; } = new(version.Manifest.Output);
    public LengthBuckets Lengths => lengths;
}

/// <summary>The padded lengths of runs.</summary>
sealed class LengthBuckets(IReadOnlyList<int> lengths)
{
    readonly int[] _lengths = [.. lengths];

    public int Count => _lengths.Length;

    public int this[int bucket] => _lengths[bucket];

    public IReadOnlyList<int> All => _lengths;

    /// <summary>The shortest that holds a text.</summary>
    public int Of(int bytes)
    {
        var bucket = 0;
        while (bucket < _lengths.Length - 1 && _lengths[bucket] < bytes)
            bucket++;

        return bucket;
    }
}
