using System.Net.Http.Headers;
using System.Text.Json;

namespace SkillAi.Queue.Tests.Deploy;

/// <summary>Asks the broker's management API for a trigger's number as KEDA's scaler does over HTTP.</summary>
sealed class RabbitMqScaler : IDisposable
{
    readonly HttpClient _http;

    public RabbitMqScaler(Uri management)
    {
        _http = new() { BaseAddress = management };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("guest:guest"u8));
    }

    /// <summary>Messages, or messages a second; null before the first one.</summary>
    public async Task<double?> AskAsync(ScaleTrigger trigger)
    {
        Assert.Equal("http", trigger.Metadata["protocol"]);
        var vhost = Uri.EscapeDataString(trigger.Metadata["vhostName"]);
        using var answer = await _http.GetAsync($"api/queues/{vhost}/{trigger.Metadata["queueName"]}");
        if (!answer.IsSuccessStatusCode)
            return null;

        using var queue = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        string[] way = trigger.Metadata["mode"] == "MessageRate" ? ["message_stats", "publish_details", "rate"] : ["messages"];
        var value = queue.RootElement;
        foreach (var name in way)
        {
            if (!value.TryGetProperty(name, out value))
                return null;
        }

        return value.GetDouble();
    }

    public void Dispose() => _http.Dispose();
}
