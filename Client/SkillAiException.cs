using System.Text.Json;
using System.Text.Json.Serialization;

namespace SkillAi.Queue.Client;

/// <summary>The service said no. The message is its own explanation.</summary>
public sealed class SkillAiException(int status, string message, TimeSpan? retryAfter = null) : Exception(message)
{
    public int Status { get; } = status;

    /// <summary>When another try has a chance, where the service said so.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;

    internal static async Task<SkillAiException> FromAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        return new(status, $"{status}: {Explain(text) ?? response.ReasonPhrase}", response.Headers.RetryAfter?.Delta);
    }

    static string? Explain(string text)
    {
        try
        {
            var problem = JsonSerializer.Deserialize(text, ProblemJson.Default.Problem);
            return problem is { Title: { } title, Detail: { } detail } ? $"{title}. {detail}" : problem?.Detail ?? problem?.Title;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>The part of a problem document (RFC 9457) that a person reads.</summary>
sealed record Problem(string? Title, string? Detail);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Problem))]
sealed partial class ProblemJson : JsonSerializerContext;
