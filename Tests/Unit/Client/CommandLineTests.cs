using System.CommandLine;
using SkillAi.Queue.Client.Commands;

namespace SkillAi.Queue.Tests.Unit.Client;

/// <summary>What the command line says to what it cannot read: what it expects, and never the name of a type.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("jobs --limit x", "--limit is 'x'; it must be a number from 1 to 1000000.")]
    [InlineData("jobs --limit 0", "--limit is '0'; it must be a number from 1 to 1000000.")]
    [InlineData("moderate f --priority x", "--priority is 'x'; it must be one of low, normal, high.")]
    [InlineData("moderate f --priority 1", "--priority is '1'; it must be one of low, normal, high.")]
    [InlineData("moderate f --format x", "--format is 'x'; it must be one of ndjson, text.")]
    [InlineData("moderate f --patience x", "--patience is 'x'; it must be a number from 0 to 86400.")]
    [InlineData("submit t --lane x", "--lane is 'x'; it must be one of priority, bulk.")]
    [InlineData("dead list --since x", "--since is 'x'; it must be an instant such as 2026-01-31T12:00:00Z.")]
    [InlineData("dead replay d --all", "--all chooses among many letters; it does not go with an ID.")]
    [InlineData("dead replay", "Name the ID of a letter, a filter such as --reason, or --all.")]
    [InlineData("dead delete d --reason r", "--reason chooses among many letters; it does not go with an ID.")]
    public void Says_what_it_expects(string line, string sentence) => Assert.Equal([sentence], Complaints(line));

    [Theory]
    [InlineData("jobs --limit 7")]
    [InlineData("jobs results j -o out --patience 600")]
    [InlineData("moderate f --patience 0")]
    [InlineData("moderate - --priority HIGH --format text --model-version 1")]
    [InlineData("submit t --lane bulk")]
    [InlineData("dead list --since 2026-01-31T12:00:00Z --model-version 1")]
    [InlineData("dead replay --all --reason r")]
    [InlineData("dead replay d --url http://h")]
    public void Takes_what_it_documents(string line) => Assert.Empty(Complaints(line));

    [Fact]
    public async Task An_unknown_argument_is_not_answered_with_the_whole_usage()
    {
        await using var said = new StringWriter();

        var exitCode = await SkillAiCommands.RunAsync(Root(), ["nonsense"], new() { Output = said, Error = TextWriter.Null });

        Assert.Equal(1, exitCode);
        Assert.DoesNotContain("Usage", said.ToString(), StringComparison.Ordinal);
    }

    static Command Root() => SkillAiCommands.Create(TimeProvider.System);

    static IEnumerable<string> Complaints(string line) => Root().Parse(line).Errors.Select(error => error.Message);
}
