using SkillAi.Queue.Contracts.Jobs;
using SkillAi.Queue.Producer.Jobs;

namespace SkillAi.Queue.Tests.Unit.Producer;

public sealed class JobViewTests
{
    [Fact]
    public void Counts_add_up_whatever_the_state()
    {
        var random = new Random(5);
        foreach (var state in Enum.GetValues<JobState>())
        {
            var answered = Enumerable.Range(0, 4).Select(_ => random.Next(0, 1000)).ToArray();
            var job = Snapshots.Job("j", received: answered.Sum() + random.Next(0, 1000), state: state) with
            {
                Succeeded = answered[0],
                Failed = answered[1],
                Cancelled = answered[2],
                Expired = answered[3],
            };

            var counts = JobView.Create(job).Counts;

            Assert.Equal(
                counts.Total ?? counts.Received,
                counts.Pending + counts.Succeeded + counts.Failed + counts.Cancelled + counts.Expired);
            Assert.Equal(state == JobState.Receiving, counts.Total is null);
        }
    }

    [Fact]
    public void Throughput_is_from_the_first_commit_to_the_last_without_what_came_with_the_first()
    {
        var job = Snapshots.Job("j", received: 1000) with
        {
            Succeeded = 400,
            Failed = 100,
            Cancelled = 7,
            FirstItems = 100,
            FirstCommitAt = Snapshots.Created.AddSeconds(100),
            LastCommitAt = Snapshots.Created.AddSeconds(104),
        };

        var view = JobView.Create(job);

        Assert.Equal(100, view.Throughput);
        Assert.Equal(4.9, view.EtaSeconds);
    }

    [Theory]
    [InlineData(2000, 2000, 250)]
    [InlineData(2000, 1998.5, 250)]
    [InlineData(11, 9.5, 45454.5)]
    public void Less_than_a_second_of_commits_counts_from_the_beginning_of_the_job(double last, double first, double throughput)
    {
        var job = Snapshots.Job("j", received: 500) with
        {
            Succeeded = 500,
            FirstItems = 128,
            FirstCommitAt = Snapshots.Created.AddMilliseconds(first),
            LastCommitAt = Snapshots.Created.AddMilliseconds(last),
        };

        Assert.Equal(throughput, JobView.Create(job).Throughput);
    }

    [Theory]
    [InlineData(JobState.Receiving, 50)]
    [InlineData(JobState.Succeeded, 50)]
    [InlineData(JobState.Running, 0)]
    public void Nothing_is_foretold_that_is_not_known(JobState state, int succeeded)
    {
        var job = Snapshots.Job("j", received: 100, state: state) with
        {
            Succeeded = succeeded,
            FirstCommitAt = succeeded > 0 ? Snapshots.Created.AddSeconds(1) : null,
            LastCommitAt = succeeded > 0 ? Snapshots.Created.AddSeconds(3) : null,
        };

        Assert.Null(JobView.Create(job).EtaSeconds);
    }

    [Fact]
    public void Mean_run_size_is_over_the_items_that_ran()
    {
        var job = Snapshots.Job("j", received: 100) with { Succeeded = 8, Failed = 2, Expired = 90, RunItems = 320, Ran = 5 };

        Assert.Equal(64, JobView.Create(job).MeanRunSize);
        Assert.Null(JobView.Create(Snapshots.Job("j", received: 100)).MeanRunSize);
    }
}
