using System.Text;
using System.Text.Json;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Producer.Problems;
using SkillAi.Queue.Producer.Requests;

namespace SkillAi.Queue.Tests.Unit.Producer;

public sealed class SubmissionReaderTests
{
    [Fact]
    public void Reads_everything_a_caller_may_say()
    {
        var submission = Read("""
            {"unknown":[1,{"a":2}],"model":"moderation","version":"2","lane":"bulk","deadline_ms":1500,
             "ttl_seconds":60,"metadata":{"a":"b"},"input":{"text":"hi"}}
            """);

        Assert.Equal("moderation", submission.Model);
        Assert.Equal("2", submission.Version);
        Assert.Equal(Lane.Bulk, submission.Lane);
        Assert.Equal(TimeSpan.FromSeconds(1.5), submission.Deadline);
        Assert.Equal(TimeSpan.FromMinutes(1), submission.Ttl);
        Assert.Equal("b", submission.Metadata?["a"]);
        Assert.Equal(1, submission.Items);
    }

    [Fact]
    public void What_is_left_out_or_null_has_a_default()
    {
        var submission = Read("""{"model":"m","input":"x","version":null,"lane":null,"deadline_ms":null,"metadata":null}""");

        Assert.Null(submission.Version);
        Assert.Equal(Lane.Priority, submission.Lane);
        Assert.Null(submission.Deadline);
        Assert.Equal(Limits.DefaultTtl, submission.Ttl);
        Assert.Null(submission.Metadata);
    }

    [Fact]
    public void A_byte_order_mark_is_none_of_the_json() => Assert.Equal(1, Read("\uFEFF{\"model\":\"m\",\"input\":\"x\"}").Items);

    [Theory]
    [InlineData("\"just text\"", 1, "\"just text\"")]
    [InlineData("{\"text\": \"a\\u0041\\n\" }", 1, "{\"text\": \"a\\u0041\\n\" }")]
    [InlineData("[\"a\",  {\"text\":\"b\"} ,3]", 3, "\"a\"\n{\"text\":\"b\"}\n3")]
    [InlineData("{\r\n  \"text\":\n\"a b\"\r\n}", 1, "{  \"text\":\"a b\"}")]
    [InlineData("[[1,2],null]", 2, "[1,2]\nnull")]
    public void Items_are_cut_out_as_sent_one_a_line(string input, int items, string lines)
    {
        var submission = Read($$"""{"model":"m","input":{{input}}}""");

        Assert.Equal(items, submission.Items);
        Assert.Equal(lines, Encoding.UTF8.GetString(submission.Lines.Span));
    }

    [Fact]
    public void Bytes_of_an_item_that_are_not_utf8_are_for_the_model_to_judge()
    {
        byte[] body = [.. "{\"model\":\"m\",\"input\":\""u8, 0xFF, .. "\"}"u8];

        Assert.Equal([(byte)'"', 0xFF, (byte)'"'], SubmissionReader.Read(body).Lines.ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"model\":\"m\",\"input\":\"a\u0001\"}")]
    [InlineData("{\"model\":\"m\",\"input\":\"a\"} trailing")]
    [InlineData("{\"model\":\"m\",\"input\":\"a\",}")]
    [InlineData("{'model':'m'}")]
    public void Refuses_what_is_not_json(string body)
    {
        Assert.ThrowsAny<JsonException>(() => Read(body));
    }

    [Theory]
    [InlineData("[]", null)]
    [InlineData("\"text\"", null)]
    [InlineData("{\"input\":\"a\"}", "model")]
    [InlineData("{\"model\":\"m\"}", "input")]
    [InlineData("{\"model\":7,\"input\":\"a\"}", "model")]
    [InlineData("{\"model\":null,\"input\":\"a\"}", "model")]
    [InlineData("{\"model\":\"\",\"input\":\"a\"}", "model")]
    [InlineData("{\"model\":\"\\ud800\",\"input\":\"a\"}", "model")]
    [InlineData("{\"model\":\"m\",\"input\":[]}", "input")]
    [InlineData("{\"model\":\"m\",\"input\":\"a\",\"version\":1}", "version")]
    [InlineData("{\"model\":\"m\",\"input\":\"a\",\"lane\":\"fast\"}", "lane")]
    [InlineData("{\"model\":\"m\",\"input\":\"a\",\"lane\":0}", "lane")]
    [InlineData("{\"model\":\"m\",\"input\":\"a\",\"deadline_ms\":0}", "deadline_ms")]
    [InlineData("{\"model\":\"m\",\"input\":\"a\",\"deadline_ms\":-5}", "deadline_ms")]
    [InlineData("{\"model\":\"m\",\"input\":\"a\",\"deadline_ms\":604800001}", "deadline_ms")]
    [InlineData("{\"model\":\"m\",\"input\":\"a\",\"deadline_ms\":1.5}", "deadline_ms")]
    [InlineData("{\"model\":\"m\",\"input\":\"a\",\"deadline_ms\":\"1\"}", "deadline_ms")]
    [InlineData("{\"model\":\"m\",\"input\":\"a\",\"deadline_ms\":1e400}", "deadline_ms")]
    [InlineData("{\"model\":\"m\",\"input\":\"a\",\"ttl_seconds\":0}", "ttl_seconds")]
    [InlineData("{\"model\":\"m\",\"input\":\"a\",\"ttl_seconds\":604801}", "ttl_seconds")]
    [InlineData("{\"model\":\"m\",\"input\":\"a\",\"metadata\":[]}", "metadata")]
    [InlineData("{\"model\":\"m\",\"input\":\"a\",\"metadata\":{\"a\":1}}", "metadata")]
    [InlineData("{\"model\":\"m\",\"input\":\"a\",\"metadata\":{\"\":\"b\"}}", "metadata")]
    public void Refuses_what_is_not_a_submission_and_names_the_field(string body, string? field)
    {
        var refused = Assert.Throws<ProblemException>(() => Read(body));

        Assert.Equal(400, refused.Problem.Status);
        Assert.Equal(field, refused.Problem.Field);
    }

    [Fact]
    public void Takes_256_items_and_no_more()
    {
        static string Body(int items) => $$"""{"model":"m","input":[{{string.Join(',', Enumerable.Repeat("1", items))}}]}""";

        Assert.Equal(256, Read(Body(256)).Items);
        Assert.Equal("input", Assert.Throws<ProblemException>(() => Read(Body(257))).Problem.Field);
    }

    [Fact]
    public void An_item_above_the_limit_is_too_large()
    {
        static string Body(int size) => $$"""{"model":"m","input":"{{new string('x', size - 2)}}"}""";

        Assert.Equal(Limits.MaxItemBytes, Read(Body(Limits.MaxItemBytes)).Lines.Length);
        Assert.Equal(413, Assert.Throws<ProblemException>(() => Read(Body(Limits.MaxItemBytes + 1))).Problem.Status);
    }

    [Fact]
    public void Metadata_has_bounds()
    {
        static string Body(int pairs, int key, int value)
        {
            var metadata = Enumerable.Range(0, pairs).Select(i =>
                $"\"{i.ToString(System.Globalization.CultureInfo.InvariantCulture).PadLeft(key, 'k')}\":\"{new string('v', value)}\"");
            return "{\"model\":\"m\",\"input\":\"a\",\"metadata\":{" + string.Join(',', metadata) + "}}";
        }

        Assert.Equal(16, Read(Body(16, 64, 512)).Metadata?.Count);
        Assert.Throws<ProblemException>(() => Read(Body(17, 64, 512)));
        Assert.Throws<ProblemException>(() => Read(Body(1, 65, 512)));
        Assert.Throws<ProblemException>(() => Read(Body(1, 64, 513)));
    }

    static Submission Read(string body) => SubmissionReader.Read(Encoding.UTF8.GetBytes(body));
}
