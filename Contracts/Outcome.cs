using System.Text.Json.Serialization;
using SkillAi.Queue.Contracts.Wire;

namespace SkillAi.Queue.Contracts;

/// <summary>How an item ended. Every accepted item gets exactly one.</summary>
[JsonConverter(typeof(SnakeCaseEnum<Outcome>))]
public enum Outcome
{
    Succeeded,
    Failed,
    Cancelled,
    Expired,
}

/// <summary>How many items of a chunk, request or job ended in which way.</summary>
public readonly record struct OutcomeCounts(int Succeeded, int Failed, int Cancelled, int Expired)
{
    public int Total => Succeeded + Failed + Cancelled + Expired;

    public OutcomeCounts Add(Outcome outcome, int items = 1) => outcome switch
    {
        Outcome.Succeeded => this with { Succeeded = Succeeded + items },
        Outcome.Failed => this with { Failed = Failed + items },
        Outcome.Cancelled => this with { Cancelled = Cancelled + items },
        Outcome.Expired => this with { Expired = Expired + items },
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, message: null),
    };
}
