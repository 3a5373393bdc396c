using System.Buffers;
using System.Text;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Producer.Jobs;

namespace SkillAi.Queue.Tests.Unit.Producer;

public sealed class ChunkCutterTests
{
    /// <summary>One byte in twenty, as good as any other.</summary>
    static readonly SearchValues<byte> Blank = SearchValues.Create("0123456789:;"u8);

    [Theory]
    [InlineData("a\nb\nc\n", "a|b|c")]
    [InlineData("a\nb\nc", "a|b|c")]
    [InlineData("a\r\nb\r\n", "a|b")]
    [InlineData("\n\na\n \t\r\n\nb\n\n", "a|b")]
    [InlineData("\uFEFFa\nb", "a|b")]
    [InlineData("a\n\uFEFFb", "a|\uFEFFb")]
    [InlineData("a\rb\n", "a\rb")]
    [InlineData(" a \n", " a ")]
    [InlineData("a\0b\n", "a\0b")]
    public void Cuts_lines(string body, string expected)
    {
        Assert.Equal(expected, string.Join('|', Lines(Cut(Encoding.UTF8.GetBytes(body)))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData(" \r\n\t\n")]
    [InlineData("\uFEFF")]
    public void Finds_no_items_where_there_are_none(string body)
    {
        var cutter = new ChunkCutter();
        cutter.Append(Encoding.UTF8.GetBytes(body));
        cutter.Finish();

        Assert.False(cutter.HasItems);
        Assert.False(cutter.TryTake(out _));
    }

    [Fact]
    public void Passes_bytes_on_that_are_not_utf8()
    {
        byte[] body = [(byte)'"', 0xFF, 0xC0, (byte)'"', (byte)'\n', 0xEF, 0xBB];

        Assert.Equal(body, Cut(body).Single().Lines);
    }

    [Fact]
    public void Cuts_after_128_items()
    {
        var chunks = Cut(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{}\n", 300))));

        Assert.Equal([(0, 128), (1, 128), (2, 44)], chunks.Select(chunk => (chunk.Index, chunk.Items)));
    }

    [Fact]
    public void Cuts_before_the_line_that_would_not_fit()
    {
        var line = new string('x', 100 * 1024);

        var chunks = Cut(Encoding.UTF8.GetBytes($"{line}\n{line}\n{line}\n"));

        Assert.Equal([2, 1], chunks.Select(chunk => chunk.Items));
        Assert.All(chunks, chunk => Assert.InRange(chunk.Lines.Length, 1, Limits.MaxChunkBytes));
    }

    [Fact]
    public void A_line_larger_than_a_chunk_travels_alone()
    {
        var large = new string('x', Limits.MaxChunkBytes + 1);

        var chunks = Cut(Encoding.UTF8.GetBytes($"a\n{large}\nb\n"));

        Assert.Equal([1, Limits.MaxChunkBytes + 1, 1], chunks.Select(chunk => chunk.Lines.Length));
    }

    [Theory]
    [InlineData(0, "\n", false)]
    [InlineData(0, "\r\n", false)]
    [InlineData(0, "", false)]
    [InlineData(1, "\n", true)]
    [InlineData(1, "\r\n", true)]
    [InlineData(5_000_000, "\r\n", true)]
    public void A_line_above_the_limit_is_replaced_by_its_size(int above, string end, bool isReplaced)
    {
        var line = new string('x', Limits.MaxItemBytes + above);

        var lines = Lines(Cut(Encoding.UTF8.GetBytes($"a\n{line}{end}")));

        Assert.Equal(["a", isReplaced ? $$"""{"$oversized":{{line.Length}}}""" : line], lines);
    }

    [Fact]
    public void However_the_bytes_arrive_the_chunks_are_the_same()
    {
        var random = new Random(11);
        for (var round = 0; round < 60; round++)
        {
            var body = Body(random);
            var expected = Cut(body).ToList();

            var actual = Cut(body, () => random.Next(1, round % 2 == 0 ? 40 : 300_000)).ToList();

            Assert.Equal(expected.Select(chunk => chunk.Items), actual.Select(chunk => chunk.Items));
            // Megabytes: to compare them as collections takes seconds.
            Assert.All(expected.Zip(actual), pair => Assert.True(pair.First.Lines.AsSpan().SequenceEqual(pair.Second.Lines)));
        }
    }

    [Fact]
    public void Keeps_no_more_of_an_endless_line_than_an_item_may_have()
    {
        var cutter = new ChunkCutter();
        var block = new byte[1024 * 1024];
        block.AsSpan().Fill((byte)'x');
        cutter.Append(block);
        cutter.Append(block);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 100; i++)
            cutter.Append(block);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4096);
    }

    static byte[] Body(Random random)
    {
        var body = new MemoryStream();
        if (random.Next(2) == 0)
            body.Write([0xEF, 0xBB, 0xBF]);

        for (var line = random.Next(0, 400); line > 0; line--)
        {
            var length = random.Next(200) == 0 ? random.Next(1, 3 * Limits.MaxItemBytes / 2) : random.Next(0, 120);
            var bytes = new byte[length];
            random.NextBytes(bytes);
            bytes.AsSpan().Replace((byte)'\n', (byte)'n');
            bytes.AsSpan().ReplaceAny(Blank, (byte)' ');
            body.Write(bytes);
            body.Write(random.Next(3) == 0 ? "\r\n"u8 : "\n"u8);
        }

        body.Write("the last one"u8[..random.Next(12)]);
        return body.ToArray();
    }

    static List<CutChunk> Cut(byte[] body, Func<int>? step = null)
    {
        var cutter = new ChunkCutter();
        var chunks = new List<CutChunk>();
        for (var at = 0; at < body.Length;)
        {
            var length = Math.Min(step?.Invoke() ?? body.Length, body.Length - at);
            cutter.Append(body.AsSpan(at, length));
            at += length;
            while (cutter.TryTake(out var chunk))
                chunks.Add(chunk);
        }

        cutter.Finish();
        while (cutter.TryTake(out var last))
            chunks.Add(last);

        return chunks;
    }

    static IEnumerable<string> Lines(IEnumerable<CutChunk> chunks) =>
        chunks.SelectMany(chunk => Encoding.UTF8.GetString(chunk.Lines).Split('\n'));
}
