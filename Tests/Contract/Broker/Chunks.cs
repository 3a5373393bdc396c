using System.Text;
using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Tests.Contract.Broker;

static class Chunks
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    /// <summary>A queue of its own for each test, on servers that tests share.</summary>
    public static string NewModel() => $"m{Guid.NewGuid():N}"[..16];

    public static Chunk One(string model, int index, Lane lane = Lane.Bulk, int bytes = 20) => new()
    {
        Model = model,
        Version = "1",
        Lane = lane,
        Items = 1,
        Body = Encoding.UTF8.GetBytes(new string('x', bytes)),
        EnqueuedAt = Noon,
        Job = "j",
        Index = index,
    };

    public static Chunk OfJob(string model) => new()
    {
        Model = model,
        Version = "2024-06",
        Lane = Lane.Bulk,
        Items = 128,
        Body = new byte[] { 0x1F, 0x8B, 0, 255, 10, 13 },
        IsGzip = true,
        EnqueuedAt = Noon.AddMilliseconds(123),
        Deadline = Noon.AddHours(1),
        Attempt = 3,
        Tenant = "mandant-ü",
        Traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        Job = "job_1",
        Index = 70_000,
        First = 9_000_000_000,
    };

    public static Chunk OfRequests(string model, int requests, string tenant) => new()
    {
        Model = model,
        Version = "1",
        Lane = Lane.Bulk,
        Items = requests,
        Body = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"text\":\"hi\"}\n", requests))),
        EnqueuedAt = Noon,
        Segments =
        [
            .. Enumerable.Range(0, requests).Select(i => new Segment(
                $"req_{i}", 1, Noon.AddMilliseconds(i), i % 2 == 0 ? Noon.AddSeconds(i) : null, tenant,
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", i % 3 == 0 ? $"api-{i}" : null)),
        ],
    };

    public static void AssertSame(Chunk expected, Chunk actual)
    {
        Assert.Equal(expected.Body.ToArray(), actual.Body.ToArray());
        Assert.Equal(expected.Segments, actual.Segments);
        Assert.Equal(
            expected with { Body = default, Segments = [] },
            actual with { Body = default, Segments = expected.Segments.Count == 0 ? expected.Segments : [] });
    }
}
