using SkillAi.Queue.Contracts;
using SkillAi.Queue.Producer.Quotas;

namespace SkillAi.Queue.Producer.Problems;

/// <summary>What went wrong, as RFC 9457 tells it. <see cref="Slug"/> is the stable part of its type.</summary>
/// <param name="Field">The field, query parameter or header that is at fault.</param>
/// <param name="RetryAfter">Seconds after which the same call may succeed.</param>
sealed record Problem(
    int Status, string Slug, string Title, string? Detail = null, string? Field = null, int? RetryAfter = null)
{
    public static Problem Unreadable(string detail) => new(400, "malformed", "The request cannot be read", detail);

    public static Problem NoBody() => Unreadable("The body is empty: send a JSON object.");

    /// <param name="rule">What the field must be, as the end of a sentence that begins with its name.</param>
    public static Problem Malformed(string field, string rule) =>
        new(400, "malformed", "The request cannot be read", $"'{field}' {rule}.", field);

    /// <inheritdoc cref="Malformed"/>
    public static Problem Invalid(string field, string rule) =>
        new(400, "invalid-value", "A value is out of range", $"'{field}' {rule}.", field);

    public static Problem EmptyBody() =>
        new(400, "empty-body", "The body holds no items", "Send one JSON item a line; blank lines do not count.");

    public static Problem TooLarge(string detail) => new(413, "too-large", "The input is too large", detail);

    public static Problem UnsupportedMediaType(string detail) =>
        new(415, "unsupported-media-type", "The body's type or encoding is not supported", detail);

    public static Problem NoRoute() => new(404, "no-route", "Nothing is served here");

    public static Problem MethodNotAllowed() => new(405, "method-not-allowed", "The method is not allowed here");

    public static Problem Unknown(string kind) =>
        new(404, "not-found", $"No such {kind}", "The id is wrong, or it is older than what is kept.");

    public static Problem Gone(string kind) =>
        new(410, "gone", $"The {kind} is no longer kept", "Its ttl_seconds have passed since it ended.");

    public static Problem ForeignOrigin() =>
        new(403, "foreign-origin", "A page of another origin may not do this",
            "Security:AllowedOrigins names those that may.", "Origin");

    public static Problem UnknownModel(string model) =>
        new(404, "unknown-model", "No such model", $"No worker and no configuration declares '{model}'.", "model");

    public static Problem UnknownPool() =>
        new(404, "unknown-pool", "No such pool", "A pool is 'model.priority' or 'model.bulk' of a model that is declared.");

    public static Problem UnknownVersion(string model, string version) =>
        new(404, "unknown-version", "No such version of the model",
            $"'{model}' has no version '{version}'.", "version");

    public static Problem NoWorker(string model) =>
        new(503, "no-worker", "No worker serves the model now",
            $"The priority lane needs a live worker for '{model}'; the bulk lane accepts work without one.",
            RetryAfter: 5);

    public static Problem JobEnded(string job) =>
        new(409, "job-ended", "The job has ended", $"'{job}' was cancelled, failed or expired while its body still arrived.");

    public static Problem NotReplayable() =>
        new(409, "not-replayable", "A whole chunk cannot be replayed",
            "It could not be read, so that there is no item to try again.");

    public static Problem NotFailed() =>
        new(409, "not-failed", "There is no failed result to replace",
            "The item has succeeded, was cancelled, or its failure is not stored yet.");

    public static Problem ReplayUnderWay() =>
        new(409, "replay-under-way", "A replay is under way", "The dead letter goes when it succeeds.");

    public static Problem JobOver(string job) =>
        new(409, "job-over", "The job is over", $"'{job}' has ended: it can be neither paused nor resumed.");

    public static Problem StillRunning() =>
        new(409, "still-running", "The call is still running", "An earlier try under the same Idempotency-Key has not ended.",
            HttpHeaders.IdempotencyKey, RetryAfter: 1);

    public static Problem KeyReused() =>
        new(422, "key-reused", "The Idempotency-Key belongs to another call",
            "It was used with another body or other parameters.", HttpHeaders.IdempotencyKey);

    public static Problem QueueFull(int retryAfter = 1) =>
        new(429, "queue-full", "The lane is full", "Its queue takes no more work now.", RetryAfter: retryAfter);

    public static Problem TenantFull(long limit, int retryAfter) =>
        new(429, "tenant-full", "The tenant's share of the lane is spent",
            $"Its requests that are not answered hold all of the {limit} items that they may (Admission:TenantItems).",
            RetryAfter: retryAfter);

    public static Problem QuotaSpent(Quota quota, long limit, int retryAfter) =>
        new(429, "quota-spent", "A quota is spent", quota switch
        {
            Quota.OpenJobs => $"The tenant has all of the {limit} unfinished jobs that it may have (Quota:MaxOpenJobs).",
            _ => $"The tenant's unfinished jobs hold all of the {limit} pending items that they may (Quota:MaxPendingItems).",
        }, RetryAfter: retryAfter);

    /// <summary>Nothing to come again with: it is too large for its quota by itself.</summary>
    public static Problem JobTooLarge(long limit) => TooLarge(
        $"The job has more than the {limit} items that may be pending at once (Quota:MaxPendingItems): send it in parts.");

    public static Problem NoTime(int retryAfter) =>
        new(503, "no-time", "The deadline cannot be met",
            "More waits in the priority lane than can be answered before it.", "deadline_ms", retryAfter);

    public static Problem BrokerUnavailable() =>
        new(503, "broker-unavailable", "The message broker cannot be reached", "Nothing was accepted.", RetryAfter: 2);

    public static Problem StoreUnavailable() =>
        new(503, "store-unavailable", "The result store cannot be reached", RetryAfter: 2);

    public static Problem Stopping() => new(503, "stopping", "This instance is stopping", RetryAfter: 1);

    public static Problem DeadlinePassed(string id) =>
        new(504, "deadline-passed", "The deadline passed before a result was there", $"The request is '{id}'.");

    public static Problem Unexpected() => new(500, "unexpected", "Something unexpected went wrong here");
}

/// <summary>Ends a call with a problem.</summary>
sealed class ProblemException(Problem problem) : Exception(problem.Title)
{
    public Problem Problem { get; } = problem;
}
