using System.Globalization;
using System.Text;

namespace SkillAi.Queue.Bench.Duel.Report;

/// <summary>The Markdown that a duel leaves, and what it promised and found.</summary>
sealed class DuelReport
{
    readonly StringBuilder _text = new();
    readonly List<(string Promise, string Found, bool IsKept)> _checks = [];

    public IReadOnlyList<(string Promise, string Found, bool IsKept)> Broken =>
        [.. _checks.Where(check => !check.IsKept)];

    public int Checks => _checks.Count;

    public void Heading(string title, string explanation) =>
        _text.Append("\n## ").Append(title).Append("\n\n").Append(explanation).Append('\n');

    public void Subheading(string title) => _text.Append("\n### ").Append(title).Append('\n');

    public void Table(IEnumerable<string> columns, IEnumerable<IEnumerable<string>> rows)
    {
        var names = columns.ToArray();
        _text.Append('\n');
        Row(names);
        Row(names.Select((_, i) => i == 0 ? "---" : "---:"));
        foreach (var row in rows)
            Row(row);
    }

    public void Plot(string file, string caption) =>
        _text.Append("\n![").Append(caption).Append("](").Append(file).Append(")\n");

    /// <summary>Records a promise; it fails the duel when it is not kept.</summary>
    public void Promise(string promise, double found, double least = double.MinValue, double most = double.MaxValue)
    {
        var bounds = (least > double.MinValue, most < double.MaxValue) switch
        {
            (true, true) => $"{Number(least, 2)} to {Number(most, 2)}",
            (true, false) => $"at least {Number(least, 2)}",
            _ => $"at most {Number(most, 2)}",
        };
        _checks.Add(($"{promise}: {bounds}", Number(found, 2), found >= least && found <= most));
    }

    public string Markdown(string introduction)
    {
        var head = new StringBuilder(introduction);
        head.Append(CultureInfo.InvariantCulture, $"\n{_checks.Count - Broken.Count} of {_checks.Count} promises kept.\n");
        var tail = new DuelReport();
        tail.Heading("Promises", "Each is checked by the run that wrote this file.");
        tail.Table(
            ["promise", "found", "kept"],
            _checks.Select(check => new[] { check.Promise, check.Found, check.IsKept ? "yes" : "**no**" }));
        return head.Append(_text).Append(tail._text).ToString();
    }

    public static string Number(double value, int digits = 1) =>
        double.IsNaN(value) ? "–"
        : double.IsInfinity(value) ? "never"
        : value.ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    void Row(IEnumerable<string> cells) => _text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
}
