using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Prometheus;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Worker.Devices;
using SkillAi.Queue.Worker.Telemetry;

namespace SkillAi.Queue.Tests.Unit.Worker;

/// <summary>Against a library with NVML's functions, compiled for the test.</summary>
public sealed class DeviceMemoryTests : IDisposable
{
    const long Gigabyte = 1L << 30;

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("skillai-nvml-");

    [Fact]
    public void A_device_that_does_not_answer_is_left_out()
    {
        using var driver = Nvml.TryOpen(Compile(), out _);

        Assert.Equal([new DeviceMemory("0", 10 * Gigabyte, 80 * Gigabyte)], driver!.Read());
    }

    [Fact]
    public void Without_a_driver_there_is_nothing_to_read_and_it_says_so()
    {
        Assert.Null(Nvml.TryOpen("libno-such-driver.so.1", out var reason));
        Assert.Equal("libno-such-driver.so.1 cannot be loaded", reason);
    }

    [Fact]
    public void A_library_that_is_something_else_is_refused()
    {
        Assert.Null(Nvml.TryOpen("libc.so.6", out var reason));
        Assert.Contains("nvml", reason, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Growth_is_told_from_what_a_warm_device_held()
    {
        var registry = Metrics.NewCustomRegistry();
        var time = new FakeTimeProvider();
        var isWarm = false;
        using var watch = new DeviceMemoryWatch(
            () => isWarm, new(Metrics.WithCustomRegistry(registry)), time, NullLogger<DeviceMemoryWatch>.Instance, Compile());
        await watch.StartAsync(TestContext.Current.CancellationToken);
        var cold = await ReadAsync(registry, until: MetricNames.DeviceMemoryTotal, meanwhile: () => { });
        Assert.Contains($"{MetricNames.DeviceMemoryUsed}{{device=\"0\"}} {10 * Gigabyte}", cold, StringComparison.Ordinal);
        Assert.Contains($"{MetricNames.DeviceMemoryTotal}{{device=\"0\"}} {80 * Gigabyte}", cold, StringComparison.Ordinal);
        Assert.DoesNotContain($"{MetricNames.DeviceMemoryBaseline}{{", cold, StringComparison.Ordinal);

        isWarm = true;
        var warm = await ReadAsync(
            registry, until: MetricNames.DeviceMemoryBaseline, meanwhile: () => time.Advance(TimeSpan.FromSeconds(10)));

        Assert.Contains($"{MetricNames.DeviceMemoryBaseline}{{device=\"0\"}} {10 * Gigabyte}", warm, StringComparison.Ordinal);
        Assert.DoesNotContain($"{MetricNames.DeviceMemoryUsed}{{device=\"0\"}} {10 * Gigabyte}\n", warm, StringComparison.Ordinal);
        await watch.StopAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    string Compile()
    {
        var library = Path.Combine(_folder.FullName, "libnvml.so");
        try
        {
            using var compiler = Process.Start(
                "cc", ["-shared", "-fPIC", "-o", library, Path.Combine(AppContext.BaseDirectory, "Unit", "Worker", "nvml.c")]);
            compiler.WaitForExit();
            Assert.Equal(0, compiler.ExitCode);
        }
        catch (Win32Exception)
        {
            Assert.Skip("There is no C compiler (cc) here.");
        }

        return library;
    }

    /// <summary>Reads until a series is there, and set: the watch works on a thread of its own, and a new one shows zero.</summary>
    static async Task<string> ReadAsync(CollectorRegistry registry, string until, Action meanwhile)
    {
        var series = $"{until}{{device=\"0\"}} ";
        while (true)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            meanwhile();
            await Task.Yield();
            using var text = new MemoryStream();
            await registry.CollectAndExportAsTextAsync(text, TestContext.Current.CancellationToken);
            var page = System.Text.Encoding.UTF8.GetString(text.ToArray());
            if (page.Contains(series, StringComparison.Ordinal) && !page.Contains(series + "0\n", StringComparison.Ordinal))
                return page;
        }
    }
}
