using System.Text;
using SkillAi.Queue.Client.Commands;

namespace SkillAi.Queue.Tests.Unit.Client;

public sealed class ResultTallyTests
{
    [Fact]
    public async Task Lines_are_copied_to_the_letter_and_counted_by_category()
    {
        const string Lines =
            """
            {"index":0,"outcome":"succeeded","output":{"flagged":true,"categories":["toxic","insult"],"scores":{"toxic":0.95}}}
            {"index":1,"outcome":"succeeded","output":{"flagged":false,"categories":[],"scores":{"toxic":0.01}}}
            {"index":2,"outcome":"failed","error":{"code":"invalid_item","message":"no flagged text"}}
            {"index":3,"outcome":"succeeded","output":{"flagged":true,"categories":["toxic"],"scores":{"toxic":0.99}}}

            """;
        using var results = new MemoryStream(Encoding.UTF8.GetBytes(Lines));
        using var output = new MemoryStream();

        var tally = new ResultTally();
        await tally.CopyAsync(results, output, TestContext.Current.CancellationToken);

        Assert.Equal(Lines, Encoding.UTF8.GetString(output.ToArray()));
        Assert.Equal((4, 4, 2), (tally.Lines, tally.NextIndex, tally.Flagged));
        Assert.Equal([new("invalid_item", 1)], tally.Failures);
        Assert.Equal(new(2, "no flagged text"), tally.FirstFailure);
        Assert.Equal([new("insult", 1), new("toxic", 2)], tally.Categories);
    }
}
