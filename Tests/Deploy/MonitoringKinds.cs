using k8s.Models;

namespace SkillAi.Queue.Tests.Deploy;

/// <summary>As much of <c>monitoring.coreos.com/v1</c> as our manifests may use.</summary>
public abstract class MonitoringObject<TSpec>
    where TSpec : new()
{
    public string? ApiVersion { get; set; }

    public string? Kind { get; set; }

    public V1ObjectMeta Metadata { get; set; } = new();

    public TSpec Spec { get; set; } = new();
}

public sealed class PodMonitor : MonitoringObject<PodMonitorSpec>;

public sealed class ServiceMonitor : MonitoringObject<ServiceMonitorSpec>;

public sealed class PrometheusRule : MonitoringObject<PrometheusRuleSpec>;

public sealed class PodMonitorSpec
{
    public V1LabelSelector Selector { get; set; } = new();

    public IList<string>? PodTargetLabels { get; set; }

    public IList<ScrapeEndpoint> PodMetricsEndpoints { get; set; } = [];
}

public sealed class ServiceMonitorSpec
{
    public V1LabelSelector Selector { get; set; } = new();

    public IList<ScrapeEndpoint> Endpoints { get; set; } = [];
}

public sealed class ScrapeEndpoint
{
    public string Port { get; set; } = "";

    public string? Path { get; set; }

    public string? Interval { get; set; }
}

public sealed class PrometheusRuleSpec
{
    public IList<RuleGroup> Groups { get; set; } = [];
}

public sealed class RuleGroup
{
    public string Name { get; set; } = "";

    public IList<MonitoringRule> Rules { get; set; } = [];
}

public sealed class MonitoringRule
{
    public string? Record { get; set; }

    public string? Alert { get; set; }

    public string Expr { get; set; } = "";

    public string? For { get; set; }

    public IDictionary<string, string>? Labels { get; set; }

    public IDictionary<string, string>? Annotations { get; set; }
}
