namespace SkillAi.Queue.Tests.Contract.Store;

public sealed class RequestStoreOnCluster(ClusterRedis server)
    : RequestStoreContract(server.ConnectionString), IClassFixture<ClusterRedis>;

public sealed class RequestDeadlineOnCluster(ClusterRedis server)
    : RequestDeadlineContract(server.ConnectionString), IClassFixture<ClusterRedis>;

public sealed class RequestBacklogOnCluster(ClusterRedis server)
    : RequestBacklogContract(server.ConnectionString), IClassFixture<ClusterRedis>;

public sealed class JobStoreOnCluster(ClusterRedis server)
    : JobStoreContract(server.ConnectionString), IClassFixture<ClusterRedis>;

public sealed class JobLifeOnCluster(ClusterRedis server)
    : JobLifeContract(server.ConnectionString), IClassFixture<ClusterRedis>;

public sealed class CoordinationOnCluster(ClusterRedis server)
    : CoordinationContract(server.ConnectionString), IClassFixture<ClusterRedis>;

public sealed class WakeUpsOnCluster(ClusterRedis server)
    : WakeUpsContract(server.ConnectionString), IClassFixture<ClusterRedis>;

public sealed class BlobsOnCluster(ClusterRedis server)
    : RedisBlobContract(server.ConnectionString), IClassFixture<ClusterRedis>;

public sealed class DeadLettersOnCluster(ClusterRedis server)
    : DeadLetterContract(server.ConnectionString), IClassFixture<ClusterRedis>;

public sealed class ReplaysOnCluster(ClusterRedis server)
    : ReplayContract(server.ConnectionString), IClassFixture<ClusterRedis>;

public sealed class KeyedCallsOnCluster(ClusterRedis server)
    : KeyedCallContract(server.ConnectionString), IClassFixture<ClusterRedis>;

public sealed class StaleLettersOnCluster(ClusterRedis server)
    : StaleLetterContract(server.ConnectionString), IClassFixture<ClusterRedis>;
