using k8s.Models;

namespace SkillAi.Queue.Tests.Deploy;

/// <summary>As much of <c>rabbitmq.com/v1beta1</c> as our manifests may use.</summary>
public sealed class BrokerObject<TSpec>
    where TSpec : BrokerSpec, new()
{
    public string? ApiVersion { get; set; }

    public string? Kind { get; set; }

    public V1ObjectMeta Metadata { get; set; } = new();

    public TSpec Spec { get; set; } = new();
}

public abstract class BrokerSpec
{
    public string? Vhost { get; set; }

    public ClusterReference RabbitmqClusterReference { get; set; } = new();
}

public sealed class ClusterReference
{
    public string Name { get; set; } = "";

    public string? Namespace { get; set; }
}

public sealed class ExchangeSpec : BrokerSpec
{
    public string Name { get; set; } = "";

    public string Type { get; set; } = "";

    public bool Durable { get; set; }

    public IDictionary<string, object>? Arguments { get; set; }
}

public sealed class QueueSpec : BrokerSpec
{
    public string Name { get; set; } = "";

    public string Type { get; set; } = "";

    public bool Durable { get; set; }

    public IDictionary<string, object>? Arguments { get; set; }
}

public sealed class BindingSpec : BrokerSpec
{
    public string Source { get; set; } = "";

    public string Destination { get; set; } = "";

    public string DestinationType { get; set; } = "";

    public string? RoutingKey { get; set; }
}

public sealed class PolicySpec : BrokerSpec
{
    public string Name { get; set; } = "";

    public string Pattern { get; set; } = "";

    public string ApplyTo { get; set; } = "";

    public int Priority { get; set; }

    public IDictionary<string, object> Definition { get; set; } = new Dictionary<string, object>();
}
