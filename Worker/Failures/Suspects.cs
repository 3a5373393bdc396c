using System.Collections.Frozen;
using System.Globalization;
using SkillAi.Queue.Worker.Pipeline;

namespace SkillAi.Queue.Worker.Failures;

enum Suspicion
{
    None,
    /// <summary>Processes died while they ran what it belongs to: it is run with nobody else.</summary>
    Suspected,
    /// <summary>Processes died while they ran nothing but this item.</summary>
    Guilty,
}

/// <summary>What processes died with: an input that kills its worker (a fault in native code, memory without end) is
/// lent to the next one, and kills that. A death counts against everything in its run, and once is chance. Who was
/// there twice is run item by item from then on, and an item that dies twice alone is given up.</summary>
sealed class Suspects
{
    const int Enough = 2;

    volatile IReadOnlyDictionary<string, int> _deaths = FrozenDictionary<string, int>.Empty;

    /// <summary>What travels and is counted together: the request, or the chunk of a job.</summary>
    public static string PieceName(ItemRef item) => item.Chunk.Chunk switch
    {
        { Replay: { } letter } => letter,
        { Job: { } job, Index: var index } => string.Create(CultureInfo.InvariantCulture, $"{job}/{index}"),
        _ => item.Part.Id,
    };

    public static string ItemName(ItemRef item) =>
        string.Create(CultureInfo.InvariantCulture, $"{PieceName(item)}#{item.Index - item.Part.First}");

    /// <param name="deaths">Deaths by the name of a piece, or of an item that was alone.</param>
    public void Know(IReadOnlyDictionary<string, int> deaths) => _deaths = deaths;

    public Suspicion Of(ItemRef item)
    {
        var deaths = _deaths;
        if (deaths.Count == 0)
            return Suspicion.None;

        if (deaths.GetValueOrDefault(ItemName(item)) >= Enough)
            return Suspicion.Guilty;

        return deaths.GetValueOrDefault(PieceName(item)) >= Enough ? Suspicion.Suspected : Suspicion.None;
    }
}
