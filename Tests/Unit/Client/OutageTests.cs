using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using SkillAi.Queue.Client;
using SkillAi.Queue.Client.Commands;
using SkillAi.Queue.Client.Input;
using SkillAi.Queue.Contracts.Jobs;
using SkillAi.Queue.Contracts.Wire;

namespace SkillAi.Queue.Tests.Unit.Client;

/// <summary>The command line while the service goes away and comes back.</summary>
public sealed class OutageTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("skillai-outage-").FullName;
    readonly FakeTimeProvider _time = new() { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_call_is_made_again_until_the_service_is_back()
    {
        var calls = 0;
        var answer = Calls().AskAsync(
            () => ++calls < 20 ? throw new HttpRequestException("refused") : Task.FromResult(calls), Cancellation);

        Assert.Equal(20, await PassTimeAsync(answer));
    }

    [Theory]
    [InlineData(30)]
    [InlineData(300)]
    public async Task When_patience_is_over_it_is_given_up(int patience)
    {
        var started = _time.GetUtcNow();
        var answer = Calls(patience).AskAsync<int>(() => throw new HttpRequestException("refused"), Cancellation);

        await Assert.ThrowsAsync<HttpRequestException>(() => PassTimeAsync(answer));
        Assert.InRange((_time.GetUtcNow() - started).TotalSeconds, patience, 1.2 * patience);
    }

    [Fact]
    public async Task What_the_service_refuses_is_not_asked_again()
    {
        var calls = 0;
        var answer = Calls().AskAsync<int>(
            () => throw new SkillAiException(++calls + 403, "404: no such job"), Cancellation);

        await Assert.ThrowsAsync<SkillAiException>(() => answer);
        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task A_download_that_breaks_goes_on_behind_the_last_whole_line()
    {
        using var service = new BreakingResults(Lines);
        using var http = new HttpClient(service) { BaseAddress = new("http://service") };
        var path = Path.Combine(_folder, "out");
        ResultTally tally;
        await using (var output = ResultsFile.Open(path, input: null))
            tally = await new ResultDownload(new(http), Calls()).SaveAsync("job_1", output, Cancellation);

        Assert.Equal(string.Concat(Lines), await File.ReadAllTextAsync(path, Cancellation));
        Assert.Equal(Lines.Length, tally.Lines);
        Assert.Equal([0, 3, 8], service.Asked);
    }

    [Fact]
    public async Task A_file_whose_sending_breaks_is_sent_again_under_the_same_key()
    {
        var path = Path.Combine(_folder, "in.ndjson");
        await File.WriteAllTextAsync(path, "{\"text\":\"a\"}\n", Cancellation);
        await using var input = await InputFile.OpenAsync(path, format: null, Cancellation);
        using var service = new BreakingUploads();
        using var http = new HttpClient(service) { BaseAddress = new("http://service") };

        var job = await PassTimeAsync(
            new FileUpload(new(http), Calls()).SendAsync(input, new("m"), _ => { }, Cancellation));

        Assert.Equal("job_1", job.Id);
        Assert.Equal(["{\"text\":\"a\"}\n", "{\"text\":\"a\"}\n", "{\"text\":\"a\"}\n"], service.Bodies);
        Assert.Single(service.Keys.Distinct());
    }

    [Fact]
    public void Input_that_cannot_be_read_is_no_outage() => Assert.False(
        PatientCalls.IsOutage(new HttpRequestException("copying", new InvalidDataException("not gzip"))));

    PatientCalls Calls(int patience = 30) => new(_time, TimeSpan.FromSeconds(patience));

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Items 3 and 4 have no result: the index of a line is not its number.</summary>
    static string[] Lines { get; } =
        [.. new[] { 0, 1, 2, 5, 6, 7, 8, 9 }.Select(index => $"{{\"index\":{index},\"outcome\":\"succeeded\"}}\n")];

    async Task<T> PassTimeAsync<T>(Task<T> answer)
    {
        while (!answer.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(500));
            await Task.Yield();
        }

        return await answer;
    }

    /// <summary>Breaks off in the middle of the fourth line of each answer, which begins at the index asked for.</summary>
    sealed class BreakingResults(string[] lines) : HttpMessageHandler
    {
        public List<int> Asked { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var from = Number(request.RequestUri!.Query["?from=".Length..]);
            Asked.Add(from);
            var rest = lines.SkipWhile(line => Number(line[9..10]) < from).ToArray();
            Stream stream = rest.Length > 3
                ? new Broken(Bytes(string.Concat(rest[..3]) + rest[3][..9]))
                : new MemoryStream(Bytes(string.Concat(rest)));
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(stream) });
        }

        static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

        static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
    }

    /// <summary>Breaks the first upload off, finds its key held at the second, and takes the third.</summary>
    sealed class BreakingUploads : HttpMessageHandler
    {
        public List<string> Bodies { get; } = [];

        public List<string> Keys { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Bodies.Add(await request.Content!.ReadAsStringAsync(cancellationToken));
            Keys.AddRange(request.Headers.GetValues("Idempotency-Key"));
            return Bodies.Count switch
            {
                1 => throw new HttpRequestException("copying", new IOException("write", new SocketException())),
                2 => new(HttpStatusCode.Conflict) { Headers = { RetryAfter = new(TimeSpan.FromSeconds(1)) } },
                _ => new(HttpStatusCode.Accepted) { Content = JsonContent.Create(Job, WireJson.Default.JobResource) },
            };
        }

        static JobResource Job => new()
        {
            Id = "job_1", State = JobState.Running, Model = "m", Version = "1", Counts = new(1, 1, 1, 0, 0, 0, 0),
            CreatedAt = DateTimeOffset.UnixEpoch,
        };
    }

    sealed class Broken(byte[] bytes) : MemoryStream(bytes)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await base.ReadAsync(buffer, cancellationToken);
            return read > 0 ? read : throw new HttpIOException(HttpRequestError.ResponseEnded);
        }
    }
}
