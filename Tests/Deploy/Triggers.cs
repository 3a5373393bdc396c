using System.Text.Json;

namespace SkillAi.Queue.Tests.Deploy;

/// <summary>Parameters of the KEDA triggers that we use, as its scalers read them. A misspelt one passes KEDA's schema
/// and its webhook, and shows only on a running cluster.</summary>
static class Triggers
{
    static readonly Dictionary<string, (string[] Required, string[] Optional)> Parameters = new()
    {
        ["prometheus"] = (
            ["serverAddress", "query", "threshold", "ignoreNullValues"],
            ["activationThreshold", "namespace", "authModes", "customHeaders", "queryParameters", "unsafeSsl", "timeout"]),
        ["rabbitmq"] = (
            ["queueName", "mode", "value", "protocol"],
            ["host", "vhostName", "activationValue", "useRegex", "excludeUnacknowledged", "timeout", "unsafeSsl"]),
        ["metrics-api"] = (
            ["url", "valueLocation", "targetValue"],
            ["activationTargetValue", "format", "unsafeSsl", "timeout", "aggregateFromKubeServiceEndpoints", "aggregationType"]),
    };

    public static void Check(ScaledObject scaled)
    {
        Assert.NotEmpty(scaled.Spec.Triggers);
        Assert.All(scaled.Spec.Triggers, Check);
    }

    static void Check(ScaleTrigger trigger)
    {
        Assert.True(Parameters.TryGetValue(trigger.Type, out var known), $"{trigger.Name}: no trigger type '{trigger.Type}'");
        Assert.Equal("AverageValue", trigger.MetricType);
        Assert.Empty(known.Required.Except(trigger.Metadata.Keys));
        var unknown = trigger.Metadata.Keys.Except(known.Required).Except(known.Optional);
        Assert.True(!unknown.Any(), $"{trigger.Name}: a {trigger.Type} trigger has no parameter {string.Join(", ", unknown)}");
    }

    /// <summary>Against the list that KEDA generates from its source (schema/generated/scalers-schema.json).</summary>
    public static void CheckAgainst(Stream generated)
    {
        using var schema = JsonDocument.Parse(generated);
        foreach (var scaler in schema.RootElement.GetProperty("scalers").EnumerateArray())
        {
            if (!Parameters.TryGetValue(scaler.GetProperty("type").GetString()!, out var known))
                continue;

            var names = scaler.GetProperty("parameters").EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString());
            // authModes is read by code that the generator does not see.
            Assert.Empty(known.Required.Concat(known.Optional).Except(names).Except(["authModes"]));
        }
    }
}
