namespace SkillAi.Queue.Tests.Contract.Store;

public sealed class RequestStoreOnRedis(RedisProcess redis)
    : RequestStoreContract(redis.ConnectionString), IClassFixture<RedisProcess>;

public sealed class JobStoreOnRedis(RedisProcess redis)
    : JobStoreContract(redis.ConnectionString), IClassFixture<RedisProcess>;

public sealed class JobLifeOnRedis(RedisProcess redis)
    : JobLifeContract(redis.ConnectionString), IClassFixture<RedisProcess>;

public sealed class CoordinationOnRedis(RedisProcess redis)
    : CoordinationContract(redis.ConnectionString), IClassFixture<RedisProcess>;

public sealed class WakeUpsOnRedis(RedisProcess redis)
    : WakeUpsContract(redis.ConnectionString), IClassFixture<RedisProcess>;
