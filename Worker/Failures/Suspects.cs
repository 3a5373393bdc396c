using System.Globalization;
using SkillAi.Queue.Worker.Pipeline;

namespace SkillAi.Queue.Worker.Failures;

/// <summary>What processes died with: an input that kills its worker (a fault in native code, memory without end) is
/// lent to the next one, and kills that. A death counts against everything that was in a run then, and once is chance. What
/// was there twice is run item by item from then on, and an item that dies twice alone is given up.</summary>
sealed class Suspects
{
    const char ItemMark = '#';

    volatile Dictionary<string, Suspect> _pieces = [];

    /// <summary>What travels and is counted together: the request, or the chunk of a job.</summary>
    public static string PieceName(ItemRef item) => item.Chunk.Chunk switch
    {
        { Replay: { } letter } => letter,
        { Job: { } job, Index: var index } => string.Create(CultureInfo.InvariantCulture, $"{job}/{index}"),
        _ => item.Part.Id,
    };

    public static string ItemName(ItemRef item) =>
        string.Create(CultureInfo.InvariantCulture, $"{PieceName(item)}{ItemMark}{item.Index - item.Part.First}");

    /// <summary>The piece that an item's name names, or the piece itself.</summary>
    public static string PieceOf(string name) => name.Split(ItemMark)[0];

    /// <param name="deaths">Deaths by the name of a piece, or of an item that was alone.</param>
    public void Know(IReadOnlyDictionary<string, int> deaths)
    {
        var pieces = new Dictionary<string, Suspect>();
        foreach (var (name, count) in deaths)
        {
            if (!pieces.TryGetValue(PieceOf(name), out var suspect))
                pieces.Add(PieceOf(name), suspect = new());

            if (name.Split(ItemMark) is [_, var index])
                suspect.Alone[int.Parse(index, CultureInfo.InvariantCulture)] = count;
            else
                suspect.Deaths = count;
        }

        _pieces = pieces;
    }

    /// <summary>What is known of the piece that the item belongs to; null, nearly always: nothing.</summary>
    public Suspect? Find(ItemRef item) => _pieces is { Count: > 0 } pieces ? pieces.GetValueOrDefault(PieceName(item)) : null;
}

/// <summary>A piece of work that processes died with.</summary>
sealed class Suspect
{
    const int Enough = 2;

    /// <summary>In runs of several of its items, or of others too.</summary>
    public int Deaths { get; set; }

    /// <summary>Position of an item to deaths with nothing else running.</summary>
    public Dictionary<int, int> Alone { get; } = [];

    /// <summary>Its items are run with nobody else.</summary>
    public bool IsSetApart => Deaths >= Enough;

    public bool IsGuilty(ItemRef item) => Alone.GetValueOrDefault(item.Index - item.Part.First) >= Enough;
}
