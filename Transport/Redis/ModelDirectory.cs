using SkillAi.Queue.Contracts.Models;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>Which models exist (declared for good) and which are served at this moment (a sign of life that fades).</summary>
public sealed class ModelDirectory(RedisConnection redis, TimeProvider time)
{
    /// <summary>A worker is gone when it has given no sign for this long.</summary>
    public static readonly TimeSpan LifeTime = TimeSpan.FromSeconds(15);

    public Task DeclareAsync(IReadOnlyList<ModelVersion> versions) => throw new NotImplementedException();

    /// <summary>Every declared version, by name, then by version (numeric where it is a number), newest last.</summary>
    public Task<IReadOnlyList<ModelVersion>> ListAsync() => throw new NotImplementedException();

    /// <summary>Says that a worker serves a version now.</summary>
    public Task KeepAliveAsync(string model, string version, string worker) => throw new NotImplementedException();

    /// <summary>Withdraws the sign at a worker's end.</summary>
    public Task WithdrawAsync(string model, string version, string worker) => throw new NotImplementedException();

    /// <summary>Versions of the model with a live worker.</summary>
    public Task<IReadOnlySet<string>> ListLiveAsync(string model) => throw new NotImplementedException();
}
