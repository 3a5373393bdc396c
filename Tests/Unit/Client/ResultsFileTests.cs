using System.Diagnostics;
using SkillAi.Queue.Client.Commands;
using SkillAi.Queue.Client.Input;

namespace SkillAi.Queue.Tests.Unit.Client;

public sealed class ResultsFileTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("skillai-results-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_was_there_stays_until_there_is_something_to_write()
    {
        var path = Write("out", "earlier results");

        await ResultsFile.Open(path, input: null).DisposeAsync();
        Assert.Equal("earlier results", await File.ReadAllTextAsync(path, Cancellation));

        await using (var results = ResultsFile.Open(path, input: null))
            await results.Begin().WriteAsync("new"u8.ToArray(), Cancellation);

        Assert.Equal("new", await File.ReadAllTextAsync(path, Cancellation));
    }

    [Fact]
    public async Task A_new_file_to_which_nothing_was_written_goes_again()
    {
        var path = Path.Combine(_folder, "out");

        await ResultsFile.Open(path, input: null).DisposeAsync();

        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task The_input_is_refused_under_each_of_its_names()
    {
        var input = Write("in", "{}");
        File.CreateSymbolicLink(Path.Combine(_folder, "link"), input);
        Directory.CreateSymbolicLink(Path.Combine(_folder, "folder"), _folder);
        using (var link = Process.Start("ln", [input, Path.Combine(_folder, "hard")]))
            await link.WaitForExitAsync(Cancellation);

        await using var file = await InputFile.OpenAsync(input, InputFormat.Ndjson, Cancellation);

        foreach (var name in new[] { "in", "./in", "link", "folder/in", "hard" })
            Assert.Throws<IOException>(() => ResultsFile.Open(Path.Combine(_folder, name), input));

        Assert.Equal("{}", await File.ReadAllTextAsync(input, Cancellation));
    }

    [Theory]
    [InlineData("")]
    [InlineData("none/out")]
    public void A_path_that_cannot_be_written_is_refused_at_once(string name) =>
        Assert.Throws<IOException>(() => ResultsFile.Open(Path.Combine(_folder, name), input: null));

    [Fact]
    public async Task Devices_are_written_as_they_are()
    {
        await using var one = ResultsFile.Open("/dev/null", input: null);
        await using var other = ResultsFile.Open("/dev/null", input: null);

        await one.Begin().WriteAsync("x"u8.ToArray(), Cancellation);
    }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
