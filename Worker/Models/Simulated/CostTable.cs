using SkillAi.Queue.Contracts.Models;

namespace SkillAi.Queue.Worker.Models.Simulated;

/// <summary>Time of a run by its size: straight lines between the points, flat before the first one, and beyond the
/// last one as steep as before it.</summary>
sealed class CostTable(IReadOnlyList<CostPoint> points)
{
    public TimeSpan Of(int items)
    {
        if (points.Count == 1 || items <= points[0].Items)
            return TimeSpan.FromMilliseconds(points[0].Ms);

        var right = 1;
        while (right < points.Count - 1 && points[right].Items < items)
            right++;

        var (from, to) = (points[right - 1], points[right]);
        var slope = (to.Ms - from.Ms) / (to.Items - from.Items);
        return TimeSpan.FromMilliseconds(Math.Max(0, from.Ms + slope * (items - from.Items)));
    }
}
