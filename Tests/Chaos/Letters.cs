using SkillAi.Queue.Contracts;
using SkillAi.Queue.Transport.Redis;
using StackExchange.Redis;

namespace SkillAi.Queue.Tests.Chaos;

/// <summary>Every item that the model refuses has one dead letter, and nothing else has any.</summary>
sealed class Letters
{
    readonly HashSet<string> _works = [];
    readonly HashSet<string> _expected = [];

    public int Count { get; private set; }

    /// <summary>These items, and no others, of a job or request that is there.</summary>
    public void Expect(string work, IEnumerable<int> items)
    {
        _works.Add(work);
        _expected.UnionWith(items.Select(item => DeadLetter.IdOf(work, item)));
    }

    /// <returns>A line for everything that is wrong.</returns>
    public async Task<IEnumerable<string>> CheckAsync(IDatabase database)
    {
        var found = (await database.SortedSetRangeByRankAsync(Keys.DeadLetters)).Select(id => id.ToString()).ToList();
        Count = found.Count(_expected.Contains);
        return
        [
            .. _expected.Except(found).Select(id => $"there is no {id}"),
            .. found.Except(_expected).Where(id => _works.Contains(WorkOf(id))).Select(id => $"{id} is of an item that is in order"),
        ];
    }

    static string WorkOf(string id) => id["dead_".Length..id.LastIndexOf('_')];
}
