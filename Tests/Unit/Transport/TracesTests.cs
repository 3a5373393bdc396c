using System.Diagnostics;
using SkillAi.Queue.Transport.Tracing;

namespace SkillAi.Queue.Tests.Unit.Transport;

public sealed class TracesTests : IDisposable
{
    const string Trace = "0af7651916cd43dd8448eb211c80319c";

    readonly ActivityListener _listener = new()
    {
        ShouldListenTo = source => source.Name == Traces.SourceName,
        Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
    };

    public TracesTests() => ActivitySource.AddActivityListener(_listener);

    public void Dispose() => _listener.Dispose();

    [Fact]
    public void Work_for_one_caller_continues_its_trace()
    {
        using var span = Traces.StartFor("run", ActivityKind.Internal, [Of(1), null, Of(1)]);

        Assert.Equal(Trace, span?.TraceId.ToHexString());
        Assert.Equal("0000000000000001", span?.ParentSpanId.ToHexString());
        Assert.Empty(span!.Links);
    }

    [Fact]
    public void Work_for_several_pieces_of_one_trace_stays_in_it()
    {
        using var span = Traces.StartFor("run", ActivityKind.Internal, [Of(1), Of(2)]);

        Assert.Equal(Trace, span?.TraceId.ToHexString());
        Assert.Equal("0000000000000002", Assert.Single(span!.Links).Context.SpanId.ToHexString());
    }

    [Fact]
    public void Work_for_several_callers_is_linked_to_the_first_sixteen()
    {
        using var span = Traces.StartFor("run", ActivityKind.Internal, Enumerable.Range(1, 40).Select(Other));

        Assert.NotEqual(Trace, span?.TraceId.ToHexString());
        Assert.Equal(default, span!.ParentSpanId);
        Assert.Equal(
            Enumerable.Range(1, 16).Select(number => $"{number:x32}"),
            span.Links.Select(link => link.Context.TraceId.ToHexString()));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("nonsense")]
    [InlineData($"00-{Trace}-0000000000000001-00")]
    public void Work_for_nobody_who_is_traced_has_no_span(string? traceparent)
    {
        Assert.Null(Traces.StartFor("run", ActivityKind.Internal, [traceparent]));
    }

    static string Other(int trace) => $"00-{trace:x32}-0000000000000001-01";

    static string Of(int span) => $"00-{Trace}-{span:x16}-01";
}
