using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace SkillAi.Queue.Tests.EndToEnd;

/// <summary>The embedded service where it cannot start: a sentence, and exit code 1.</summary>
public sealed class RefusedStartTests : IDisposable
{
    static readonly string Program = Repository.Program("Embedded", "SkillAi.Queue.Embedded");

    readonly string _folder = Directory.CreateTempSubdirectory("skillai-refused-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("Models__Path", "/nonexistent", "Models:Path is '/nonexistent', which is not a folder.")]
    [InlineData("Worker__Devices", "abc", "Worker:Devices is 'abc'; it must be a number.")]
    [InlineData("Batching__MaxRunItems", "0", "Batching:MaxRunItems must be 1 to 4096.")]
    public async Task A_wrong_setting_is_one_sentence(string setting, string value, string sentence)
    {
        Assert.Equal(sentence, await RefuseAsync(new(setting, value), "serve", "--port", "0"));
        Assert.Equal(sentence, Last(await RefuseAsync(new(setting, value))));
        Assert.Equal(sentence, Last(await RefuseAsync(new(setting, value), "submit", "text")));
    }

    [Fact]
    public async Task A_broken_manifest_is_one_sentence()
    {
        var version = Directory.CreateDirectory(Path.Combine(_folder, "models", "m", "1")).FullName;
        await File.WriteAllTextAsync(Path.Combine(version, "model.json"), "{\"task\":", TestContext.Current.CancellationToken);

        var said = await RefuseAsync(new("Models__Path", Path.Combine(_folder, "models")), "serve", "--port", "0");

        Assert.Contains("model.json is not a valid manifest", said, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', said);
    }

    [Fact]
    public async Task A_model_that_loads_and_does_not_run_is_one_sentence()
    {
        var shipped = Path.Combine(Repository.Root, "models", "moderation", "1", "model.onnx");
        var version = Directory.CreateDirectory(Path.Combine(_folder, "models", "m", "1")).FullName;
        File.Copy(shipped, Path.Combine(version, "model.onnx"));
        await File.WriteAllTextAsync(
            Path.Combine(version, "model.json"),
            """
            {"task":"text_classification","backend":"onnx","file":"model.onnx","input":{"name":"text","kind":"utf8_bytes"},
             "output":{"name":"scores","labels":["toxic","spam"]}}
            """,
            TestContext.Current.CancellationToken);

        var said = await RefuseAsync(new("Models__Path", Path.Combine(_folder, "models")), "submit", "text");

        Assert.StartsWith("Model m/1 does not run", Last(said), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_is_one_sentence()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        Assert.Equal(
            $"Port {port} on 127.0.0.1 cannot be used: Address already in use.", await RefuseAsync(null, "serve", "--port", port));
    }

    [Theory]
    [InlineData("99999")]
    [InlineData("abc")]
    public async Task A_port_that_is_none_is_one_sentence(string port) =>
        Assert.Equal(
            $"--port is '{port}'; it must be a number from 0 to 65535.", await RefuseAsync(null, "serve", "--port", port));

    async Task<string> RefuseAsync(KeyValuePair<string, string>? setting, params string[] arguments)
    {
        await using var run = ServiceProcess.Start(
            Program, new("http://127.0.0.1"), arguments, setting is { } one ? [one] : [], _folder);

        Assert.Equal(1, await run.ExitAsync());
        return run.Output.Trim();
    }

    /// <summary>After what it was about to do.</summary>
    static string Last(string output) => output.Split('\n')[^1];
}
