using System.IO.Pipelines;
using System.Text;
using SkillAi.Queue.Producer.Jobs;

namespace SkillAi.Queue.Tests.Unit.Producer;

public sealed class ResultLinesTests
{
    const string Lines = "{\"index\":0}\n{\"index\":1}\n{\"index\":2}\n";

    [Theory]
    [InlineData(0, Lines)]
    [InlineData(2, "{\"index\":2}\n")]
    [InlineData(3, "")]
    [InlineData(9, "")]
    public async Task Leaves_out_the_lines_before_the_one_asked_for(long skip, string expected)
    {
        var packed = Gzip.Compress(Encoding.UTF8.GetBytes(Lines));

        Assert.Equal(expected, await WrittenAsync(writer => ResultLines.WriteAsync(writer, packed, skip, default)));
    }

    [Fact]
    public void Lines_of_replays_stand_in_the_places_of_those_they_replace()
    {
        var packed = Gzip.Compress(Encoding.UTF8.GetBytes(Lines));
        var replayed = new Dictionary<long, byte[]> { [101] = "other\n"u8.ToArray(), [7] = "elsewhere\n"u8.ToArray() };

        var lines = Gzip.Decompress(ResultLines.Overlay(packed, first: 100, replayed));

        Assert.Equal("{\"index\":0}\nother\n{\"index\":2}\n", Encoding.UTF8.GetString(lines));
    }

    [Fact]
    public async Task Skips_across_blocks_of_any_size()
    {
        var line = new string('x', 1000) + "\n";
        var packed = Gzip.Compress(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(line, 500)) + "last\n"));

        Assert.Equal("last\n", await WrittenAsync(writer => ResultLines.WriteAsync(writer, packed, 500, default)));
    }

    [Fact]
    public async Task Packed_members_can_be_joined()
    {
        var packed = Gzip.Compress(Encoding.UTF8.GetBytes(Lines));
        var stream = new MemoryStream();
        var writer = PipeWriter.Create(stream);

        await ResultLines.WritePackedAsync(writer, packed, skip: 1, default);
        await ResultLines.WritePackedAsync(writer, packed, skip: 0, default);

        Assert.Equal(Lines[(Lines.IndexOf('\n') + 1)..] + Lines, Encoding.UTF8.GetString(Gzip.Decompress(stream.ToArray())));
    }

    [Fact]
    public async Task Failures_are_told_by_the_outcome_of_the_line_itself()
    {
        var failed = """{"index":1,"id":{"outcome":"succeeded"},"outcome":"failed","error":{"code":"x"}}""" + "\n";
        var expired = """{"index":2,"outcome":"expired"}""";
        var packed = Gzip.Compress(Encoding.UTF8.GetBytes(
            """{"index":0,"id":"\"outcome\":\"failed\"","outcome":"succeeded","output":{}}""" + "\n" + failed + expired));

        Assert.Equal(
            failed + expired, await WrittenAsync(writer => ResultLines.WriteFailuresAsync(writer, packed, default)));
    }

    static async Task<string> WrittenAsync(Func<PipeWriter, ValueTask> write)
    {
        var stream = new MemoryStream();
        var writer = PipeWriter.Create(stream);
        await write(writer);
        await writer.FlushAsync();
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
