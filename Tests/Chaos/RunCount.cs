namespace SkillAi.Queue.Tests.Chaos;

/// <summary>How often the devices ran each item, from the logs that they append to.</summary>
sealed class RunCount
{
    readonly Dictionary<string, int> _runs = [];
    long _total;

    public double RepeatedShare => _runs.Count == 0 ? 0 : (double)(_total - _runs.Count) / _runs.Count;

    public int Of(string item) => _runs.GetValueOrDefault(item);

    public void Read(string log)
    {
        foreach (var line in File.ReadLines(log))
        {
            // The rest is what models are warmed up with.
            if (line is not ['j' or 'r', >= '0' and <= '9', ..])
                continue;

            _runs[line] = _runs.GetValueOrDefault(line) + 1;
            _total++;
        }
    }
}
