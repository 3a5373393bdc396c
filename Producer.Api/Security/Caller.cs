namespace SkillAi.Queue.Producer.Security;

/// <summary>Who submits a piece of work, and the trace that it belongs to.</summary>
readonly record struct Caller(string Tenant, string? Traceparent);
