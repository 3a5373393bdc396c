using SkillAi.Queue.Producer.Problems;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Idempotency;

/// <summary>A call that carries an idempotency key and is ours to run; its endpoint finds it among the features of the
/// context. The endpoint notes what it is going to create, then creates it, and a repeat goes on from there.</summary>
sealed class KeyedCall(KeyedCallStore store, string scope, string holder, KeyedCallRecord begun, HashingBody body)
{
    /// <summary>What an earlier try was about to create; whether it did is for the endpoint to find out.</summary>
    public string? Subject => begun.Subject;

    /// <summary>Whether what was noted exists now, so that it must not be forgotten when this try fails.</summary>
    public bool IsKept { get; private set; }

    /// <exception cref="ProblemException">Another try has taken over.</exception>
    public async Task BindAsync(string subject, bool isBodyRead)
    {
        if (!await store.BindAsync(scope, holder, subject, isBodyRead ? body.Fingerprint : null))
            throw new ProblemException(Problem.StillRunning());
    }

    public void Keep() => IsKept = true;

    /// <summary>Reads the rest of a body that is needed for nothing else, and compares.</summary>
    public async Task RequireSameBodyAsync(CancellationToken cancellationToken)
    {
        await body.DrainAsync(cancellationToken);
        if (begun.Fingerprint is { } first && first != body.Fingerprint)
            throw new ProblemException(Problem.KeyReused());
    }

    public Task FinishAsync(KeyedAnswer answer) => store.FinishAsync(scope, holder, body.Fingerprint, answer);

    public Task<bool> RenewAsync() => store.RenewAsync(scope, holder);

    /// <summary>Gives the call up. What an outage broke off may exist all the same: a repeat has to look.</summary>
    public Task ReleaseAsync(Exception failure) => store.ReleaseAsync(
        scope, holder, forget: !IsKept && failure is not (StoreUnavailableException or BrokerUnavailableException));
}
