using System.Buffers;
using System.Text;
using System.Text.Json;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Worker.Models.Text;

namespace SkillAi.Queue.Tests.Unit.Worker;

public sealed class TextOutputTests
{
    static readonly TextOutput Output = new(new() { Name = "scores", Labels = ["toxic", "a \"b\"", "spam"], Thresholds = [0.9f, 0.5f, 0.5f] });

    [Fact]
    public void A_job_line_has_index_id_outcome_and_output()
    {
        Assert.Equal(
            """{"index":41,"id":"c1","outcome":"succeeded","output":{"flagged":false,"categories":[],"scores":{"toxic":0.0123,"a \u0022b\u0022":0,"spam":0.4999}}}""",
            Write(41, "\"c1\"", Outcome.Succeeded, ItemFault.None, 0.01234f, 0.00001f, 0.49994f));
    }

    [Fact]
    public void Labels_from_their_threshold_on_are_categories()
    {
        Assert.Equal(
            """{"outcome":"succeeded","output":{"flagged":true,"categories":["toxic","spam"],"scores":{"toxic":0.9,"a \u0022b\u0022":0.05,"spam":1}}}""",
            Write(null, "", Outcome.Succeeded, ItemFault.None, 0.9f, 0.05f, 0.99999f));
    }

    [Theory]
    [InlineData(Outcome.Failed, nameof(ItemFault.TextMissing), """{"index":0,"id":7,"outcome":"failed","error":{"code":"invalid_item","message":"The item has no text."}}""")]
    [InlineData(Outcome.Cancelled, nameof(ItemFault.None), """{"index":0,"id":7,"outcome":"cancelled"}""")]
    [InlineData(Outcome.Expired, nameof(ItemFault.None), """{"index":0,"id":7,"outcome":"expired"}""")]
    public void Other_outcomes_have_no_output(Outcome outcome, string fault, string expected)
    {
        Assert.Equal(expected, Write(0, "7", outcome, Enum.Parse<ItemFault>(fault)));
    }

    [Theory]
    [InlineData(0f, "0")]
    [InlineData(1f, "1")]
    [InlineData(0.5f, "0.5")]
    [InlineData(0.05f, "0.05")]
    [InlineData(0.1204f, "0.1204")]
    [InlineData(0.00005f, "0.0001")]
    [InlineData(-2.5f, "-2.5")]
    [InlineData(12.25f, "12.25")]
    public void Scores_are_as_short_as_they_can_be(float score, string expected)
    {
        var line = Write(null, "", Outcome.Succeeded, ItemFault.None, score, 0, 0);

        Assert.Contains($"\"toxic\":{expected},", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_fault_is_valid_json_with_a_code_and_a_message()
    {
        foreach (var fault in Enum.GetValues<ItemFault>().Where(fault => fault != ItemFault.None))
        {
            using var line = JsonDocument.Parse(Write(0, "", Outcome.Failed, fault));

            var error = line.RootElement.GetProperty("error");
            Assert.Matches("^[a-z_]+$", error.GetProperty("code").GetString());
            Assert.EndsWith(".", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_measured_memory_holds_the_longest_scores()
    {
        var line = Write(long.MaxValue, $"\"{new string('x', 500)}\"", Outcome.Succeeded, ItemFault.None, -1.2345678e-30f, -1.2345678e-30f, -1.2345678e-30f);

        using var parsed = JsonDocument.Parse(line);
        Assert.Equal(long.MaxValue, parsed.RootElement.GetProperty("index").GetInt64());
    }

    static string Write(long? index, string id, Outcome outcome, ItemFault fault, params float[] scores)
    {
        var memory = new ArrayBufferWriter<byte>();
        Output.Write(memory, index, new ItemAnswer(Encoding.UTF8.GetBytes(id), outcome, fault, scores));
        return Encoding.UTF8.GetString(memory.WrittenSpan);
    }
}
