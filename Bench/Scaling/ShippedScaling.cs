using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace SkillAi.Queue.Bench.Scaling;

/// <summary>Reads a pool's ScaledObject from the manifest that ships, so that a setting changed there changes what the
/// simulation answers.</summary>
static class ShippedScaling
{
    public static PoolScaling Read(TextReader manifest, string pool)
    {
        var stream = new YamlStream();
        stream.Load(manifest);
        var spec = stream.Documents.Select(document => (YamlMappingNode)document.RootNode)
            .Single(document => Text(document["kind"]) == "ScaledObject" && Text(document["metadata"]["name"]) == pool)["spec"];
        var behavior = spec["advanced"]["horizontalPodAutoscalerConfig"]["behavior"];

        return new(
            Number(spec["minReplicaCount"]), Number(spec["maxReplicaCount"]),
            Rules(behavior["scaleUp"]), Rules(behavior["scaleDown"]),
            [.. ((YamlSequenceNode)spec["triggers"]).Select(ReadTrigger)]);
    }

    static ScaleRules Rules(YamlNode node) => new(
        Number(node["stabilizationWindowSeconds"]),
        Text(node["selectPolicy"]) == "Max",
        [
            .. ((YamlSequenceNode)node["policies"]).Select(policy => new ScalePolicy(
                Text(policy["type"]) == "Percent", Number(policy["value"]), Number(policy["periodSeconds"]))),
        ]);

    static Trigger ReadTrigger(YamlNode node)
    {
        var name = Text(node["name"]);
        var signal = name.EndsWith("-rate", StringComparison.Ordinal) ? TriggerSignal.ArrivalRate
            : name.EndsWith("-backlog", StringComparison.Ordinal) ? TriggerSignal.Backlog
            : throw new FormatException($"Trigger '{name}' is neither a rate nor a backlog.");
        return new(signal, double.Parse(Text(node["metadata"]["threshold"]), CultureInfo.InvariantCulture));
    }

    static string Text(YamlNode node) => ((YamlScalarNode)node).Value ?? "";

    static int Number(YamlNode node) => int.Parse(Text(node), CultureInfo.InvariantCulture);
}
