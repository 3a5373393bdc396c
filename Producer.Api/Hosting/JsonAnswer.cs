using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace SkillAi.Queue.Producer.Hosting;

/// <summary>Writes resources with generated serializers and a known length.</summary>
static class JsonAnswer
{
    public static Task WriteAsync<T>(this HttpResponse response, int status, T value, JsonTypeInfo<T> type)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(value, type);
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.ContentLength = bytes.Length;
        return response.Body.WriteAsync(bytes, response.HttpContext.RequestAborted).AsTask();
    }

    /// <summary>Tells a poller when to ask again.</summary>
    public static void RetryAfter(this HttpResponse response, int seconds) =>
        response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
}
