namespace SkillAi.Queue.Tests.Contract.Store;

public sealed class RequestStoreOnRedis(RedisProcess redis)
    : RequestStoreContract(redis.ConnectionString), IClassFixture<RedisProcess>;
