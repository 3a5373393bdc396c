namespace SkillAi.Queue.Bench.Duel.Traffic;

/// <summary>Seeded draws: the same seed gives the same run on every machine.</summary>
sealed class Chance(int seed)
{
    readonly Random _random = new(seed);
    double? _spare;

    public double Uniform() => _random.NextDouble();

    public double Exponential(double mean) => -mean * Math.Log(1 - _random.NextDouble());

    public double Normal()
    {
        if (_spare is { } spare)
        {
            _spare = null;
            return spare;
        }

        var radius = Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble()));
        var angle = 2 * Math.PI * _random.NextDouble();
        _spare = radius * Math.Sin(angle);
        return radius * Math.Cos(angle);
    }
}
