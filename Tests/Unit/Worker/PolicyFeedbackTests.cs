using SkillAi.Queue.Contracts;
using SkillAi.Queue.Tests.Unit.Batching;
using SkillAi.Queue.Worker.Batching;
using SkillAi.Queue.Worker.Models;
using SkillAi.Queue.Worker.Pipeline;

namespace SkillAi.Queue.Tests.Unit.Worker;

public sealed class PolicyFeedbackTests
{
    const int Requests = 400;
    static readonly DateTimeOffset Epoch = new(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);

    // Nine of ten wait for 60 ms in the broker, because this worker was busy; one comes at once, in 3 ms.
    static double TransportOf(int request) => request % 10 == 0 ? 3 : 60;

    [Fact]
    public void Waiting_in_the_broker_because_of_us_makes_no_run_shorter()
    {
        Assert.Equal(QuantumOfThePipeline(_ => 3), QuantumOfThePipeline(TransportOf), 1.0);
    }

    [Fact]
    public void A_budget_counted_from_receipt_would_make_them_shorter_and_the_wait_longer()
    {
        var policy = Given.Policy();
        for (var i = 0; i < Requests; i++)
            policy.UrgentArrived(At(i) + Given.Ms(TransportOf(i)), 1, Given.Ms(100 - TransportOf(i)));

        Assert.True(policy.Quantum(At(Requests)).TotalMilliseconds < 0.5 * QuantumOfThePipeline(TransportOf));
    }

    [Fact]
    public void A_slow_way_that_all_requests_take_is_not_planned_with()
    {
        Assert.True(QuantumOfThePipeline(_ => 40) < QuantumOfThePipeline(_ => 3) - 30);
    }

    [Fact]
    public void A_cold_start_that_takes_longer_than_the_deadline_leaves_half_of_it()
    {
        Assert.InRange(QuantumOfThePipeline(_ => 270), 25, 50);
    }

    [Theory]
    // A pause of the store now and then is the inner deadline's and the margin's to absorb.
    [InlineData(20, true)]
    // A store that is often slow is planned with.
    [InlineData(4, false)]
    public void Storing_that_is_slow_now_and_then_makes_no_run_shorter(int every, bool isSame)
    {
        var quick = QuantumWhenStored(_ => 2);
        var uneven = QuantumWhenStored(request => request % every == 0 ? 22 : 2);

        Assert.Equal(isSame, quick - uneven < 1);
    }

    static double QuantumWhenStored(Func<int, double> output)
    {
        var policy = Given.Policy();
        var feedback = new PolicyFeedback();
        feedback.Join(policy);
        for (var i = 0; i < Requests; i++)
        {
            var received = At(i) + Given.Ms(3);
            var chunk = Chunk(sent: At(i), received);
            chunk.Parts[0].Run = new(1, CloseReason.Full, Given.Ms(20), received, Given.Ms(20));
            feedback.Stored(chunk, received + Given.Ms(20 + output(i)));
        }

        return policy.Quantum(At(Requests)).TotalMilliseconds;
    }

    static TimeSpan At(int request) => Given.Ms(50 * request);

    static double QuantumOfThePipeline(Func<int, double> transport)
    {
        var policy = Given.Policy();
        var feedback = new PolicyFeedback();
        feedback.Join(policy);
        for (var i = 0; i < Requests; i++)
        {
            var received = At(i) + Given.Ms(transport(i));
            feedback.Arrived(Chunk(sent: At(i), received), received);
        }

        return policy.Quantum(At(Requests)).TotalMilliseconds;
    }

    static PendingChunk Chunk(TimeSpan sent, TimeSpan received)
    {
        var chunk = new Chunk
        {
            Model = "m", Version = "1", Lane = Lane.Priority, Body = "\"a\""u8.ToArray(), Items = 1, EnqueuedAt = Epoch + sent,
            Segments = [new("r", 1, Epoch + sent)],
        };
        var model = new ServedModel(LaneTests.Version, new ModelSlot(new FakeModel()), null!, new([16, 64]));
        var part = new Part("r", 0, 1, Epoch + sent, sent + Given.Ms(100), isHard: false, replyTo: null);
        return new(
            new FakeDelivery(chunk), ChunkReader.Read(chunk, model.Input), [part], model, received, Epoch + received);
    }
}
