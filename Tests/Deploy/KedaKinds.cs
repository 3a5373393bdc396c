using k8s.Models;

namespace SkillAi.Queue.Tests.Deploy;

/// <summary>As much of <c>keda.sh/v1alpha1</c> as our manifests may use.</summary>
public sealed class ScaledObject
{
    public string? ApiVersion { get; set; }

    public string? Kind { get; set; }

    public V1ObjectMeta Metadata { get; set; } = new();

    public ScaledObjectSpec Spec { get; set; } = new();
}

public sealed class ScaledObjectSpec
{
    public ScaleTarget ScaleTargetRef { get; set; } = new();

    public int? PollingInterval { get; set; }

    public int? CooldownPeriod { get; set; }

    public int? MinReplicaCount { get; set; }

    public int? MaxReplicaCount { get; set; }

    public ScalingFallback? Fallback { get; set; }

    public AdvancedScaling? Advanced { get; set; }

    public IList<ScaleTrigger> Triggers { get; set; } = [];
}

public sealed class ScaleTarget
{
    public string? ApiVersion { get; set; }

    public string? Kind { get; set; }

    public string Name { get; set; } = "";
}

public sealed class ScalingFallback
{
    public int FailureThreshold { get; set; }

    public int Replicas { get; set; }

    public string? Behavior { get; set; }
}

public sealed class AdvancedScaling
{
    public HorizontalPodAutoscalerConfig? HorizontalPodAutoscalerConfig { get; set; }
}

public sealed class HorizontalPodAutoscalerConfig
{
    public string? Name { get; set; }

    public V2HorizontalPodAutoscalerBehavior? Behavior { get; set; }
}

public sealed class ScaleTrigger
{
    public string Type { get; set; } = "";

    public string Name { get; set; } = "";

    public string? MetricType { get; set; }

    public bool? UseCachedMetrics { get; set; }

    public IDictionary<string, string> Metadata { get; set; } = new Dictionary<string, string>();

    public AuthenticationReference? AuthenticationRef { get; set; }
}

public sealed class AuthenticationReference
{
    public string Name { get; set; } = "";

    public string? Kind { get; set; }
}

public sealed class TriggerAuthentication
{
    public string? ApiVersion { get; set; }

    public string? Kind { get; set; }

    public V1ObjectMeta Metadata { get; set; } = new();

    public TriggerAuthenticationSpec Spec { get; set; } = new();
}

public sealed class TriggerAuthenticationSpec
{
    public IList<SecretTarget> SecretTargetRef { get; set; } = [];
}

public sealed class SecretTarget
{
    public string Parameter { get; set; } = "";

    public string Name { get; set; } = "";

    public string Key { get; set; } = "";
}
