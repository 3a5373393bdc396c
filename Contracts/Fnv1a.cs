namespace SkillAi.Queue.Contracts;

/// <summary>The hash FNV-1a of 32 bits: the same on every platform and in every process.</summary>
public static class Fnv1a
{
    public static uint Hash(ReadOnlySpan<char> text)
    {
        var hash = 2166136261u;
        foreach (var c in text)
            hash = (hash ^ c) * 16777619u;

        return hash;
    }
}
