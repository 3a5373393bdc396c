using SkillAi.Queue.Bench.Scaling;

namespace SkillAi.Queue.Tests.Deploy;

/// <summary>What the shipped rules have to reach in the simulation, whatever second the autoscaler looks in.</summary>
public sealed class ScalingTests
{
    static readonly PoolScaling Shipped = ReadShipped();

    [Theory]
    [InlineData(25)]
    [InlineData(60)]
    [InlineData(120)]
    public void Load_times_four_has_eight_ready_pods_within_three_minutes(int podStart)
    {
        var record = Surge(ScalingScenario.LoadTimesFour, podStart);

        Assert.InRange(record.Ready ?? int.MaxValue, 1, 180);
    }

    [Fact]
    public void After_the_surge_three_pods_are_left_within_fifteen_minutes()
    {
        Assert.InRange(Surge(ScalingScenario.LoadTimesFour, 60).Back ?? int.MaxValue, 1, 15 * 60);
    }

    [Fact]
    public void A_steady_load_changes_the_direction_once_only()
    {
        Assert.Equal(1, Surge(ScalingScenario.LoadTimesFour, 60).DirectionChanges);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Noise_of_ten_percent_changes_none_of_this(int seed)
    {
        var record = Surge(ScalingScenario.Noisy(seed), 60);

        Assert.InRange(record.Ready ?? int.MaxValue, 1, 180);
        Assert.InRange(record.Back ?? int.MaxValue, 1, 15 * 60);
        Assert.Equal(1, record.DirectionChanges);
    }

    [Fact]
    public void Five_million_items_on_a_sleeping_pool_have_ten_pods_within_two_minutes()
    {
        var record = ScalingRecord.Of(
            ScalingScenario.BacklogFromZero, Shipped with { MinReplicas = 0 }, new Cluster(StartSeconds: 45), goal: 10, rest: 0);

        Assert.InRange(record.Ready ?? int.MaxValue, 1, 120);
    }

    [Fact]
    public void Depth_alone_saws_which_the_simulation_has_to_show()
    {
        var depth = Shipped with { Triggers = [.. Shipped.Triggers.Where(trigger => trigger.Signal == TriggerSignal.Backlog)] };

        Assert.InRange(ScalingRecord.Of(ScalingScenario.LoadTimesFour, depth, new Cluster(), 8, 3).DirectionChanges, 3, 100);
    }

    [Theory]
    [InlineData("threshold: \"75\"", "threshold: \"300\"")]
    [InlineData("stabilizationWindowSeconds: 300", "stabilizationWindowSeconds: 3000")]
    [InlineData("maxReplicaCount: 10", "maxReplicaCount: 6")]
    public void A_setting_changed_in_the_manifest_changes_the_answer(string shipped, string changed)
    {
        var manifest = Repository.Read("deploy", "keda", "prometheus.yaml").Replace(shipped, changed, StringComparison.Ordinal);
        using var reader = new StringReader(manifest);
        var scaling = ShippedScaling.Read(reader, "skillai-moderation-bulk");

        Assert.NotEqual(
            Surge(ScalingScenario.LoadTimesFour, 60),
            ScalingRecord.Of(ScalingScenario.LoadTimesFour, scaling, new Cluster(StartSeconds: 60), 8, 3));
    }

    static ScalingRecord Surge(ScalingScenario scenario, int podStart) =>
        ScalingRecord.Of(scenario, Shipped, new Cluster(StartSeconds: podStart), goal: 8, rest: 3);

    static PoolScaling ReadShipped()
    {
        using var manifest = File.OpenText(Repository.Path("deploy", "keda", "prometheus.yaml"));
        return ShippedScaling.Read(manifest, "skillai-moderation-bulk");
    }
}
