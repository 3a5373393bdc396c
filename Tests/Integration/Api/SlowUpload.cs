using System.Net.Sockets;
using System.Text;

namespace SkillAi.Queue.Tests.Integration.Api;

/// <summary>A job's body sent by hand, so that it can stand still, break off, or end.</summary>
sealed class SlowUpload : IDisposable
{
    readonly TcpClient _client = new();

    SlowUpload()
    {
    }

    /// <param name="headers">Lines of further headers, each with its end.</param>
    public static Task<SlowUpload> BeginAsync(ApiHost host, string headers = "") => BeginAsync(host.Address, "m", headers);

    public static async Task<SlowUpload> BeginAsync(Uri address, string model, string headers)
    {
        var upload = new SlowUpload();
        await upload._client.ConnectAsync(address.Host, address.Port);
        await upload.WriteAsync(
            $"POST /v1/jobs?model={model} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
            + headers + "Transfer-Encoding: chunked\r\n\r\n");
        return upload;
    }

    public Task SendAsync(string lines) => WriteAsync($"{lines.Length:x}\r\n{lines}\r\n");

    /// <summary>Ends the body; the first line of the answer.</summary>
    public async Task<string> EndAsync()
    {
        await WriteAsync("0\r\n\r\n");
        using var reader = new StreamReader(_client.GetStream());
        return await reader.ReadLineAsync() ?? "";
    }

    public void Dispose() => _client.Dispose();

    async Task WriteAsync(string text) => await _client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text));
}
