using SkillAi.Queue.Worker.Batching;
using static SkillAi.Queue.Tests.Unit.Batching.Given;

namespace SkillAi.Queue.Tests.Unit.Batching;

public sealed class FeedbackTests
{
    static void Answer(Feedback feedback, int answers, int latePerMille)
    {
        for (var i = 0; i < answers; i++)
            feedback.Answered(late: i % 1000 < latePerMille);
    }

    [Fact]
    public void The_margin_rises_with_late_answers_to_its_limit_and_falls_back_slowly()
    {
        var feedback = new Feedback(Ms(10), isCautious: false);

        Answer(feedback, 200, latePerMille: 3);
        Assert.Equal(Ms(3.5), feedback.Margin);
        for (var i = 0; i < 20; i++)
            Answer(feedback, 200, latePerMille: 200);
        Assert.Equal(Ms(11.5), feedback.Margin);
        Answer(feedback, 2_000, latePerMille: 0);
        Assert.Equal(Ms(6.5), feedback.Margin);
        Answer(feedback, 4_000, latePerMille: 0);
        Assert.Equal(Ms(1.5), feedback.Margin);
    }

    [Fact]
    public void Without_an_inner_deadline_it_starts_cautious() =>
        Assert.True(new Feedback(Ms(10), isCautious: true).Margin > new Feedback(Ms(10), isCautious: false).Margin);

    [Fact]
    public void Sheds_raise_what_the_quantum_provides_for_bursts_and_leave_the_margin()
    {
        var feedback = new Feedback(Ms(10), isCautious: false);

        Answer(feedback, 990, latePerMille: 0);
        feedback.Shed(10);

        Assert.Equal((Ms(1.5), 0.2), (feedback.Margin, feedback.Burst));
    }

    [Fact]
    public void Peace_ends_the_provision_for_bursts()
    {
        var feedback = new Feedback(Ms(10), isCautious: false);
        feedback.Shed(1_000);

        Answer(feedback, 3_000, latePerMille: 0);

        Assert.Equal(0, feedback.Burst, 9);
    }
}
