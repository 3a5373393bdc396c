using SkillAi.Queue.Producer.Feeding;

namespace SkillAi.Queue.Tests.Unit.Producer;

public sealed class AnswerRateTests
{
    readonly AnswerRate _rate = new();

    [Fact]
    public void It_is_the_most_of_the_last_seconds_and_fades()
    {
        Assert.Equal(1000, At(1, answered: 1000));
        Assert.Equal(2000, At(2, answered: 3000));
        // Nothing to do: half of it after ten seconds.
        Assert.Equal(1000, At(12, answered: 3000), tolerance: 1e-9);
        Assert.Equal(4000, At(13, answered: 7000));
    }

    [Fact]
    public void Answers_of_an_instant_are_no_rate()
    {
        At(1, answered: 100);

        Assert.Equal(100, At(1.2, answered: 100_000));
    }

    double At(double seconds, long answered)
    {
        _rate.Look(answered, TimeSpan.FromSeconds(seconds));
        return _rate.Value;
    }
}
