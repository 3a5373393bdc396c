using SkillAi.Queue.Worker.Batching;
using static SkillAi.Queue.Tests.Unit.Batching.Given;

namespace SkillAi.Queue.Tests.Unit.Batching;

/// <summary>What holds in any state, over 100,000 seeded random ones.</summary>
public sealed class PolicyPropertyTests
{
    const int StateCount = 100_000;
    static readonly int[] Ladder = Rungs.UpTo(256);
    static readonly Lazy<Dictionary<string, string>> Violations = new(Run);

    [Theory]
    [InlineData(nameof(EitherRunsOrWaits))]
    [InlineData(nameof(IsARungThatHoldsItsItems))]
    [InlineData(nameof(TakesNoMoreThanWaits))]
    [InlineData(nameof(HoldsTheLongestItem))]
    [InlineData(nameof(NeverShedsASoftItem))]
    [InlineData(nameof(ServesOrShedsWhoeverWaitsWithPriority))]
    [InlineData(nameof(EndsBeforeTheEarliestKeptDeadlineIfAnyRunWould))]
    public void A_decision_in_any_state(string property) =>
        Assert.True(!Violations.Value.TryGetValue(property, out var state), state);

    static bool EitherRunsOrWaits(State at) => at.Run.Items > 0 == (at.Run.Wait == TimeSpan.Zero);

    static bool IsARungThatHoldsItsItems(State at) =>
        at.Run.Items == 0 || (at.Run.Items <= at.Run.Rung && Array.BinarySearch(Ladder, at.Run.Rung) >= 0);

    static bool TakesNoMoreThanWaits(State at) =>
        at.Run is { Shed: >= 0, Urgent: >= 0, Bulk: >= 0 }
        && at.Run.Shed + at.Run.Urgent <= at.Urgent.Length
        && at.Run.Bulk <= at.Bulk.Take(at.Run.Bucket + 1).Sum(bucket => bucket.Waiting);

    static bool HoldsTheLongestItem(State at) =>
        at.Urgent.Skip(at.Run.Shed).Take(at.Run.Urgent).All(item => item.Bucket <= at.Run.Bucket);

    static bool NeverShedsASoftItem(State at) => at.Urgent.Take(at.Run.Shed).All(item => item.IsHard);

    static bool ServesOrShedsWhoeverWaitsWithPriority(State at) =>
        at.Urgent.Length == 0 || at.Run.Urgent + at.Run.Shed > 0;

    // A lost soft item at the head limits nothing; else the head's deadline is the earliest kept.
    static bool EndsBeforeTheEarliestKeptDeadlineIfAnyRunWould(State at)
    {
        if (at.Run.Urgent == 0)
            return true;

        var head = at.Urgent[at.Run.Shed];
        return Ms(CostMs(head.Bucket, 1)) > head.Slack || at.Run.Predicted <= head.Slack;
    }

    static Dictionary<string, string> Run()
    {
        (string, Func<State, bool>)[] properties =
        [
            (nameof(EitherRunsOrWaits), EitherRunsOrWaits),
            (nameof(IsARungThatHoldsItsItems), IsARungThatHoldsItsItems),
            (nameof(TakesNoMoreThanWaits), TakesNoMoreThanWaits),
            (nameof(HoldsTheLongestItem), HoldsTheLongestItem),
            (nameof(NeverShedsASoftItem), NeverShedsASoftItem),
            (nameof(ServesOrShedsWhoeverWaitsWithPriority), ServesOrShedsWhoeverWaitsWithPriority),
            (nameof(EndsBeforeTheEarliestKeptDeadlineIfAnyRunWould), EndsBeforeTheEarliestKeptDeadlineIfAnyRunWould),
        ];
        var violations = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var state in States())
        {
            foreach (var (name, holds) in properties)
            {
                if (!holds(state))
                    violations.TryAdd(name, state.ToString());
            }
        }

        return violations;
    }

    static IEnumerable<State> States()
    {
        var random = new Random(7);
        var policy = Policy(buckets: 4);
        var now = TimeSpan.Zero;
        for (var i = 0; i < StateCount; i++)
        {
            if (i % 1_000 == 0)
                policy = Policy(buckets: 4);

            now += Ms(random.NextDouble() * 50);
            var urgent = RandomUrgent(random);
            var bulk = RandomBulk(random);
            var run = policy.Decide(
                now, new() { Urgent = urgent, Bulk = bulk, BulkArriving = random.Next(2) == 0 });
            yield return new(i, urgent, bulk, run);
            policy.UrgentArrived(now, urgent.Length, Ms(90 + (10 * random.NextDouble())));
            policy.Answered(random.Next(50) == 0);
            if (random.Next(500) == 0)
                policy.OutOfMemory(now, Math.Max(1, run.Items), run.Bucket);
        }
    }

    static UrgentItem[] RandomUrgent(Random random)
    {
        var items = new UrgentItem[random.Next(3) == 0 ? 0 : random.Next(60)];
        for (var i = 0; i < items.Length; i++)
            items[i] = new(Ms((random.NextDouble() * 250) - 20), random.Next(4), IsHard: random.Next(10) > 0);
        Array.Sort(items, (x, y) => x.Slack.CompareTo(y.Slack));
        return items;
    }

    static BulkBucket[] RandomBulk(Random random)
    {
        var bulk = new BulkBucket[4];
        for (var i = 0; i < bulk.Length; i++)
            bulk[i] = new(random.Next(2) == 0 ? 0 : random.Next(600), Ms(random.NextDouble() * 1_200));
        return bulk;
    }

    sealed record State(int Number, UrgentItem[] Urgent, BulkBucket[] Bulk, RunDecision Run)
    {
        public override string ToString() =>
            $"state {Number}: {string.Join(' ', Urgent)} | {string.Join(' ', Bulk)} gave {Run}";
    }
}
