using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using SkillAi.Queue.Client.Input;

namespace SkillAi.Queue.Tests.Unit.Client;

public sealed class InputTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("skillai-input-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("a.ndjson", InputFormat.Ndjson)]
    [InlineData("a.JSONL.gz", InputFormat.Ndjson)]
    [InlineData("a.txt", InputFormat.Text)]
    [InlineData("a.txt.gz", InputFormat.Text)]
    [InlineData("a", null)]
    [InlineData("a.gz", null)]
    public void The_name_tells_the_format_where_it_can(string name, InputFormat? expected) =>
        Assert.Equal(expected, InputFormats.FromName(name));

    [Theory]
    [InlineData("{\"text\":\"a\"}", InputFormat.Ndjson)]
    [InlineData("\uFEFF \n \"a\"", InputFormat.Ndjson)]
    [InlineData("\"a\"  \r\nmore", InputFormat.Ndjson)]
    [InlineData("\"Fine\", she said.\n{}", InputFormat.Text)]
    [InlineData("\"Fine", InputFormat.Text)]
    [InlineData("{name} was here\n", InputFormat.Text)]
    [InlineData("just words", InputFormat.Text)]
    [InlineData("", InputFormat.Text)]
    public void The_content_tells_it_otherwise(string content, InputFormat expected) =>
        Assert.Equal(expected, InputFormats.FromContent(Encoding.UTF8.GetBytes(content), isWhole: true));

    [Theory]
    [InlineData("{\"text\":\"a long o", InputFormat.Ndjson)]
    [InlineData("\"a long o", InputFormat.Ndjson)]
    [InlineData("\"Fine\", she sa", InputFormat.Text)]
    public void A_first_line_that_goes_on_is_told_by_what_is_there(string content, InputFormat expected) =>
        Assert.Equal(expected, InputFormats.FromContent(Encoding.UTF8.GetBytes(content), isWhole: false));

    [Fact]
    public async Task A_pipe_is_opened_once_and_read_from_its_first_byte()
    {
        var pipe = Path.Combine(_folder, "pipe");
        using (var make = Process.Start("mkfifo", [pipe]))
            await make.WaitForExitAsync(Cancellation);

        var lines = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"\"comment {i}\"\n"));
        // To open a pipe is to wait for its other end.
        var writing = Task.Run(() => File.WriteAllTextAsync(pipe, lines, Cancellation), Cancellation);
        var reading = Task.Run(() => ReadAsync(pipe, format: null), Cancellation);

        Assert.Equal(lines, await reading.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Cancellation));
        await writing;
    }

    [Fact]
    public async Task Compression_is_told_by_content_where_the_name_does_not()
    {
        var bytes = Gzip("{\"text\":\"a\"}\n");
        await using var input = await InputFile.OpenAsync(Write("in", bytes), null, Cancellation);

        Assert.True(input.IsGzip);
        using var sent = new MemoryStream();
        await input.Items.CopyToAsync(sent, Cancellation);
        Assert.Equal(bytes, sent.ToArray());
    }

    [Fact]
    public async Task Plain_text_becomes_a_json_string_a_line_without_blank_ones()
    {
        var path = Write("in.txt", Encoding.UTF8.GetBytes("say \"hi\"\r\n\n  \nzwei\ttabs\nlast"));

        Assert.Equal("\"say \\\"hi\\\"\"\n\"zwei\\ttabs\"\n\"last\"\n", await ReadAsync(path, format: null));
    }

    [Fact]
    public async Task A_line_that_is_not_utf8_is_sent_as_it_is()
    {
        var path = Write("in.txt", [.. "eins\nz"u8, 0xFC, .. "ri\"ch\r\ndrei"u8]);
        await using var input = await InputFile.OpenAsync(path, format: null, Cancellation);
        using var sent = new MemoryStream();
        await input.Items.CopyToAsync(sent, Cancellation);

        Assert.Equal([.. "\"eins\"\nz"u8, 0xFC, .. "ri\"ch\n\"drei\"\n"u8], sent.ToArray());
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public async Task A_byte_order_mark_tells_the_encoding(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        var path = Write("in.txt", [.. encoding.GetPreamble(), .. encoding.GetBytes("für 😀\r\nzwei\u2028\n\u00A0\n")]);

        Assert.Equal("\"für 😀\"\n\"zwei\u2028\"\n", Regex.Unescape(await ReadAsync(path, format: null)));
    }

    [Fact]
    public async Task Lines_longer_than_a_buffer_stay_whole()
    {
        var lines = Enumerable.Range(1, 40).Select(i => new string('ü', i * 7_000)).ToArray();
        var path = Write("in.txt", Encoding.UTF8.GetBytes(string.Join("\r\n", lines)));

        Assert.Equal(string.Concat(lines.Select(line => $"\"{line}\"\n")), await ReadAsync(path, format: null));
    }

    [Fact]
    public async Task Compressed_text_is_read_the_same()
    {
        var path = Write("in.txt.gz", Gzip("eins\nzwei\n"));

        Assert.Equal("\"eins\"\n\"zwei\"\n", await ReadAsync(path, format: null));
    }

    [Fact]
    public async Task Compressed_item_lines_are_sent_as_they_are()
    {
        var bytes = Gzip("{\"text\":\"a\"}\n");
        await using var input = await InputFile.OpenAsync(Write("in.ndjson.gz", bytes), null, Cancellation);

        Assert.True(input.IsGzip);
        using var sent = new MemoryStream();
        await input.Items.CopyToAsync(sent, Cancellation);
        Assert.Equal(bytes, sent.ToArray());
    }

    [Theory]
    [InlineData("in.txt", "", "is empty")]
    [InlineData("in.ndjson.gz", "plain", "is not gzip-compressed")]
    [InlineData("", "", "is a folder")]
    public async Task A_file_that_cannot_be_one_is_refused_in_a_sentence(string name, string content, string sentence)
    {
        var path = name.Length == 0 ? _folder : Write(name, Encoding.UTF8.GetBytes(content));

        var refused = await Assert.ThrowsAnyAsync<Exception>(() => InputFile.OpenAsync(path, format: null, Cancellation));

        Assert.Contains($"{path} {sentence}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_named_format_overrides_the_name() =>
        Assert.Equal("\"{}\"\n", await ReadAsync(Write("in.ndjson", "{}\n"u8.ToArray()), InputFormat.Text));

    [Fact]
    public async Task Broken_compression_fails_the_reading_rather_than_ending_it_early()
    {
        var bytes = Gzip(string.Concat(Enumerable.Repeat("some text that is long enough\n", 5000)));
        var path = Write("in.txt.gz", bytes[..(bytes.Length / 2)]);

        await Assert.ThrowsAnyAsync<Exception>(() => ReadAsync(path, InputFormat.Text));
    }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static async Task<string> ReadAsync(string path, InputFormat? format)
    {
        await using var input = await InputFile.OpenAsync(path, format, Cancellation);
        using var reader = new StreamReader(input.Items);
        return await reader.ReadToEndAsync(Cancellation);
    }

    string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    static byte[] Gzip(string text)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(text));

        return bytes.ToArray();
    }
}
