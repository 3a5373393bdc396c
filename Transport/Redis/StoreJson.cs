using System.Text.Json.Serialization;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>JSON shapes that only the store and its readers see.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RequestRecord))]
sealed partial class StoreJson : JsonSerializerContext;
