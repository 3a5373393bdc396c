namespace SkillAi.Queue.Tests.Contract.Store;

public sealed class RequestStoreOnGarnet(GarnetInProcess garnet)
    : RequestStoreContract(garnet.ConnectionString), IClassFixture<GarnetInProcess>;

public sealed class JobStoreOnGarnet(GarnetInProcess garnet)
    : JobStoreContract(garnet.ConnectionString), IClassFixture<GarnetInProcess>;

public sealed class JobLifeOnGarnet(GarnetInProcess garnet)
    : JobLifeContract(garnet.ConnectionString), IClassFixture<GarnetInProcess>;

public sealed class CoordinationOnGarnet(GarnetInProcess garnet)
    : CoordinationContract(garnet.ConnectionString), IClassFixture<GarnetInProcess>;

public sealed class WakeUpsOnGarnet(GarnetInProcess garnet)
    : WakeUpsContract(garnet.ConnectionString), IClassFixture<GarnetInProcess>;
