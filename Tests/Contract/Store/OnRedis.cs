namespace SkillAi.Queue.Tests.Contract.Store;

public sealed class RequestStoreOnRedis(PlainRedis server)
    : RequestStoreContract(server.ConnectionString), IClassFixture<PlainRedis>;

public sealed class RequestDeadlineOnRedis(PlainRedis server)
    : RequestDeadlineContract(server.ConnectionString), IClassFixture<PlainRedis>;

public sealed class RequestBacklogOnRedis(PlainRedis server)
    : RequestBacklogContract(server.ConnectionString), IClassFixture<PlainRedis>;

public sealed class JobStoreOnRedis(PlainRedis server)
    : JobStoreContract(server.ConnectionString), IClassFixture<PlainRedis>;

public sealed class JobLifeOnRedis(PlainRedis server)
    : JobLifeContract(server.ConnectionString), IClassFixture<PlainRedis>;

public sealed class CoordinationOnRedis(PlainRedis server)
    : CoordinationContract(server.ConnectionString), IClassFixture<PlainRedis>;

public sealed class WakeUpsOnRedis(PlainRedis server)
    : WakeUpsContract(server.ConnectionString), IClassFixture<PlainRedis>;

public sealed class BlobsOnRedis(PlainRedis server)
    : RedisBlobContract(server.ConnectionString), IClassFixture<PlainRedis>;

public sealed class DeadLettersOnRedis(PlainRedis server)
    : DeadLetterContract(server.ConnectionString), IClassFixture<PlainRedis>;

public sealed class ReplaysOnRedis(PlainRedis server)
    : ReplayContract(server.ConnectionString), IClassFixture<PlainRedis>;

public sealed class KeyedCallsOnRedis(PlainRedis server)
    : KeyedCallContract(server.ConnectionString), IClassFixture<PlainRedis>;

public sealed class StaleLettersOnRedis(PlainRedis server)
    : StaleLetterContract(server.ConnectionString), IClassFixture<PlainRedis>;
