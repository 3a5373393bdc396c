using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>A request that is accepted and not terminal, by what the list of them says.</summary>
public readonly record struct OpenRequest(string Id, string Model, Lane Lane)
{
    public DateTimeOffset CreatedAt => RequestId.MadeAt(Id);

    /// <param name="member"><c>items bytes model/lane/tenant id</c>, as the scripts write it.</param>
    internal static OpenRequest Parse(string member)
    {
        var parts = member.Split(' ', '/');
        return new(parts[^1], parts[2], LaneNames.Parse(parts[3]));
    }
}
