namespace SkillAi.Queue.Transport.Redis;

/// <summary>Redis cannot serve now. Becomes 503 at the edge; a worker tries again. What was being written may have
/// been stored: every write of this folder may be repeated.</summary>
public sealed class StoreUnavailableException(string message, Exception? cause = null) : Exception(message, cause);
