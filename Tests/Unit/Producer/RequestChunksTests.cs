using System.Text;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Producer.Intake;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Tests.Unit.Producer;

public sealed class RequestChunksTests
{
    static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void Joins_requests_in_order_with_a_segment_each()
    {
        var chunk = RequestChunks.Join(new[]
        {
            Request("a", items: 2, deadline: Now.AddSeconds(9)),
            Request("b"),
            Request("c", deadline: Now.AddSeconds(3)),
        });

        Assert.Equal("\"a0\"\n\"a1\"\n\"b0\"\n\"c0\"", Encoding.UTF8.GetString(chunk.Body.Span));
        Assert.Equal([("a", 2), ("b", 1), ("c", 1)], chunk.Segments.Select(segment => (segment.Request, segment.Items)));
        Assert.Equal(4, chunk.Items);
        Assert.Equal(Now.AddSeconds(3), chunk.Deadline);
        Assert.Null(chunk.Job);
    }

    [Fact]
    public void Never_mixes_models_or_versions()
    {
        var cuts = RequestChunks.Cut(
            [Request("a"), Request("b", version: "2"), Request("c"), Request("d", model: "n"), Request("e", version: "2")]);

        Assert.Equal(["a,c", "b,e", "d"], cuts.Select(Ids).Order());
    }

    [Fact]
    public void Keeps_within_items_and_bytes()
    {
        var random = new Random(3);
        var requests = Enumerable.Range(0, 2000)
            .Select(i => Request($"{i}", items: random.Next(1, 257), bytes: random.Next(1, 90_000)))
            .ToArray();

        var cuts = RequestChunks.Cut(requests);

        Assert.Equal(requests.Select(request => request.Id), cuts.SelectMany(cut => cut).Select(request => request.Id));
        Assert.All(cuts, cut => Assert.InRange(cut.Sum(request => request.Items), 1, Limits.MaxChunkItems));
        Assert.All(cuts, cut => Assert.InRange(RequestChunks.Join(cut).Body.Length, 1, Limits.MaxChunkBytes));
    }

    [Fact]
    public void A_request_larger_than_a_chunk_travels_alone()
    {
        var cuts = RequestChunks.Cut([Request("a"), Request("b", bytes: Limits.MaxItemBytes), Request("c")]);

        Assert.Equal(["a", "b", "c"], cuts.Select(Ids));
    }

    static string Ids(ArraySegment<RequestRecord> cut) => string.Join(',', cut.Select(request => request.Id));

    static RequestRecord Request(
        string id, string model = "m", string version = "1", int items = 1, DateTimeOffset? deadline = null, int bytes = 0) => new()
        {
            Id = id,
            Model = model,
            Version = version,
            Lane = Lane.Bulk,
            Items = items,
            Input = bytes > 0
                ? new byte[bytes]
                : Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, items).Select(i => $"\"{id}{i}\""))),
            CreatedAt = Now,
            DeadlineAt = deadline,
            Ttl = Limits.DefaultTtl,
        };
}
