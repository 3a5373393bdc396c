using System.Text.Json;
using System.Text.RegularExpressions;
using SkillAi.Queue.Contracts.Models;
using SkillAi.Queue.Contracts.Wire;

namespace SkillAi.Queue.Worker.Models;

/// <summary>Reads <c>model.json</c> and says in one sentence what is wrong with it.</summary>
static partial class ManifestReader
{
    public const string FileName = "model.json";

    public static ModelManifest Read(string folder)
    {
        var file = Path.Combine(folder, FileName);
        var manifest = Parse(file);
        if (FindFault(manifest) is { } fault)
            throw new ModelLoadException($"{file}: {fault}");

        return manifest;
    }

    /// <summary>Names and versions become parts of queue names, keys and paths.</summary>
    public static bool IsName(string name) => NamePattern().IsMatch(name);

    static ModelManifest Parse(string file)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), WireJson.Default.ModelManifest)
                ?? throw new ModelLoadException($"{file} holds null instead of a manifest.");
        }
        catch (JsonException wrong)
        {
            // The message names types of ours only when a value does not fit; then the path says it better.
            var where = wrong.Path is { Length: > 1 } path
                ? $"the value at {path}, line {wrong.LineNumber + 1}, is unknown or of the wrong type"
                : wrong.Message;
            throw new ModelLoadException($"{file} is not a valid manifest: {where.TrimEnd('.')}.", wrong);
        }
        catch (IOException unreadable)
        {
            throw new ModelLoadException($"{file} cannot be read: {unreadable.Message}", unreadable);
        }
    }

    static string? FindFault(ModelManifest manifest) => manifest switch
    {
        { MaxRunItems: < 1 or > 4096 } => "max_run_items must be between 1 and 4096.",
        { Output.Labels.Count: 0 } => "output.labels must name at least one label.",
        { Output: { Thresholds: { } t, Labels: var l } } when t.Count != l.Count =>
            $"output.thresholds has {t.Count} entries for {l.Count} labels; it needs one a label.",
        { Input.MaxLength: < 1 or > 65536 } => "input.max_length must be between 1 and 65536.",
        _ => FindBucketFault(manifest.Input) ?? FindBackendFault(manifest),
    };

    static string? FindBucketFault(ModelInput input)
    {
        var buckets = input.LengthBuckets;
        if (buckets.Count == 0 || buckets[^1] != input.MaxLength)
            return $"input.length_buckets must end with input.max_length, {input.MaxLength}.";

        for (var i = 0; i < buckets.Count; i++)
        {
            if (buckets[i] <= (i == 0 ? 0 : buckets[i - 1]))
                return "input.length_buckets must ascend from above zero.";
        }

        return null;
    }

    static string? FindBackendFault(ModelManifest manifest)
    {
        if (manifest.Backend == ModelBackend.Onnx)
        {
            return manifest switch
            {
                { Simulated: not null } => "simulated is only for backend 'simulated'.",
                _ when Path.GetFileName(manifest.File) != manifest.File =>
                    "file must be the name of a file beside the manifest.",
                _ => null,
            };
        }

        if (manifest.Simulated is not { Cost.Count: > 0 } device)
            return "backend 'simulated' needs simulated.cost with at least one point.";

        for (var i = 0; i < device.Cost.Count; i++)
        {
            if (device.Cost[i].Items <= (i == 0 ? 0 : device.Cost[i - 1].Items) || !(device.Cost[i].Ms >= 0))
                return "simulated.cost must ascend in items, with times of zero or more.";
        }

        return device switch
        {
            { Noise: < 0 or > 1 } => "simulated.noise must be between 0 and 1.",
            { StallShare: < 0 or > 1 } => "simulated.stall_share must be between 0 and 1.",
            { StallMs: < 0 } => "simulated.stall_ms must not be negative.",
            { StreamShare: <= 0 or > 1 } => "simulated.stream_share must be above 0 and at most 1.",
            { MemoryItems: < 1 } => "simulated.memory_items must be at least 1.",
            _ => null,
        };
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9._-]{0,63}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NamePattern();
}
