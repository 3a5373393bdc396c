using SkillAi.Queue.Contracts.Requests;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>When a request that is not answered has expired: a little after its deadline.</summary>
public static class RequestDeadline
{
    /// <summary>What a worker answered in time is stored a little later.</summary>
    static readonly TimeSpan LastAnswer = TimeSpan.FromMilliseconds(50);

    /// <summary>Time until it expires, negative once it should have; null when it has ended or never expires.</summary>
    public static TimeSpan? Left(RequestResource request, DateTimeOffset now) =>
        request.State.IsTerminal() ? null : Left(request.DeadlineAt, now);

    /// <inheritdoc cref="Left(RequestResource, DateTimeOffset)"/>
    internal static TimeSpan? Left(DateTimeOffset? deadline, DateTimeOffset now) => deadline + LastAnswer - now;
}
