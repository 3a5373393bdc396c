using System.Text.Json;
using System.Text.Json.Serialization;
using SkillAi.Queue.Contracts.DeadLetters;
using SkillAi.Queue.Contracts.Jobs;
using SkillAi.Queue.Contracts.Models;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Contracts.Scaling;

namespace SkillAi.Queue.Contracts.Wire;

/// <summary>Every JSON shape that leaves a process. A shape gains fields, it never changes one.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(PoolLoad))]
[JsonSerializable(typeof(SubmitRequest))]
[JsonSerializable(typeof(RequestResource))]
[JsonSerializable(typeof(JobResource))]
[JsonSerializable(typeof(JobList))]
[JsonSerializable(typeof(DeadLetterResource))]
[JsonSerializable(typeof(DeadLetterList))]
[JsonSerializable(typeof(DeadLetterFilter))]
[JsonSerializable(typeof(DeadLetterBatch))]
[JsonSerializable(typeof(ModelManifest))]
[JsonSerializable(typeof(ModelVersion))]
[JsonSerializable(typeof(ModelResource))]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(WorkerReport))]
[JsonSerializable(typeof(List<Segment>))]
[JsonSerializable(typeof(RequestOutcome))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(JsonElement))]
public sealed partial class WireJson : JsonSerializerContext;
