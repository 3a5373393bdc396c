namespace SkillAi.Queue.Tests.Contract.Store;

public sealed class RequestStoreOnGarnet(Garnet server)
    : RequestStoreContract(server.ConnectionString), IClassFixture<Garnet>;

public sealed class RequestDeadlineOnGarnet(Garnet server)
    : RequestDeadlineContract(server.ConnectionString), IClassFixture<Garnet>;

public sealed class RequestBacklogOnGarnet(Garnet server)
    : RequestBacklogContract(server.ConnectionString), IClassFixture<Garnet>;

public sealed class JobStoreOnGarnet(Garnet server)
    : JobStoreContract(server.ConnectionString), IClassFixture<Garnet>;

public sealed class JobLifeOnGarnet(Garnet server)
    : JobLifeContract(server.ConnectionString), IClassFixture<Garnet>;

public sealed class CoordinationOnGarnet(Garnet server)
    : CoordinationContract(server.ConnectionString), IClassFixture<Garnet>;

public sealed class WakeUpsOnGarnet(Garnet server)
    : WakeUpsContract(server.ConnectionString), IClassFixture<Garnet>;

public sealed class BlobsOnGarnet(Garnet server)
    : RedisBlobContract(server.ConnectionString), IClassFixture<Garnet>;

public sealed class DeadLettersOnGarnet(Garnet server)
    : DeadLetterContract(server.ConnectionString), IClassFixture<Garnet>;

public sealed class ReplaysOnGarnet(Garnet server)
    : ReplayContract(server.ConnectionString), IClassFixture<Garnet>;

public sealed class KeyedCallsOnGarnet(Garnet server)
    : KeyedCallContract(server.ConnectionString), IClassFixture<Garnet>;

public sealed class StaleLettersOnGarnet(Garnet server)
    : StaleLetterContract(server.ConnectionString), IClassFixture<Garnet>;
