using System.Text.Json;
using System.Text.Json.Serialization;

namespace SkillAi.Queue.Contracts.Wire;

/// <summary>Writes an enum as <c>snake_case</c> text and refuses numbers. It must stand on the enum itself: set only
/// on a context, a generated reader refuses values in another case.</summary>
public sealed class SnakeCaseEnum<T>()
    : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
