using k8s;
using k8s.Models;

namespace SkillAi.Queue.Tests.Deploy;

/// <summary>Reads manifests so that a field which no such kind has is an error.</summary>
static class Manifests
{
    static readonly Dictionary<string, Type> CustomKinds = new()
    {
        ["keda.sh/v1alpha1/ScaledObject"] = typeof(ScaledObject),
        ["keda.sh/v1alpha1/TriggerAuthentication"] = typeof(TriggerAuthentication),
        ["monitoring.coreos.com/v1/PodMonitor"] = typeof(PodMonitor),
        ["monitoring.coreos.com/v1/ServiceMonitor"] = typeof(ServiceMonitor),
        ["monitoring.coreos.com/v1/PrometheusRule"] = typeof(PrometheusRule),
        ["rabbitmq.com/v1beta1/Exchange"] = typeof(BrokerObject<ExchangeSpec>),
        ["rabbitmq.com/v1beta1/Queue"] = typeof(BrokerObject<QueueSpec>),
        ["rabbitmq.com/v1beta1/Binding"] = typeof(BrokerObject<BindingSpec>),
        ["rabbitmq.com/v1beta1/Policy"] = typeof(BrokerObject<PolicySpec>),
    };

    /// <summary>Every document as its kind's class; a KEDA trigger's parameters are checked by name as well, because
    /// neither KEDA's schema nor its webhook does.</summary>
    public static IReadOnlyList<object> ReadStrictly(string yaml)
    {
        var documents = KubernetesYaml.LoadAllFromString(yaml, CustomKinds, strict: true);
        foreach (var scaled in documents.OfType<ScaledObject>())
            Triggers.Check(scaled);

        return documents;
    }

    public static IReadOnlyList<V1Deployment> Deployments(string yaml) => [.. ReadStrictly(yaml).OfType<V1Deployment>()];

    public static IReadOnlyList<V1Deployment> Workers(string yaml) =>
        [.. Deployments(yaml).Where(deployment => deployment.Metadata.Labels["app.kubernetes.io/component"] == "worker")];

    public static IReadOnlyList<ScaledObject> ScaledObjects(string yaml) => [.. ReadStrictly(yaml).OfType<ScaledObject>()];
}
