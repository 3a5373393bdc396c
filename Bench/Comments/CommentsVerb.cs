using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using SkillAi.Queue.Contracts.Wire;

namespace SkillAi.Queue.Bench.Comments;

/// <summary><c>comments FOLDER OUT</c>: writes the labelled comment files of a folder as item lines, every text once,
/// in a fixed order. The texts are real, some of them hateful: load only, never committed.</summary>
static class CommentsVerb
{
    static readonly (string File, int Column)[] Sources =
    [
        ("toxic_spans_comments.csv", 1), ("cat_gn.csv", 1), ("cat_gc.csv", 1), ("davidson.csv", 6), ("edos.csv", 1),
        ("sms.tsv", 1), ("hatecheck.csv", 3),
    ];

    public static Command Create()
    {
        var folder = new Argument<string>("FOLDER");
        var output = new Argument<string>("OUT");
        var command = new Command("comments", "Write labelled comment files as item lines.") { folder, output };
        command.SetAction(arguments => Run(arguments.GetRequiredValue(folder), arguments.GetRequiredValue(output)));
        return command;
    }

    static int Run(string folder, string output)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        using var lines = new StreamWriter(output, append: false, new UTF8Encoding(false)) { NewLine = "\n" };
        foreach (var (file, column) in Sources)
            Write(Path.Combine(folder, file), column, seen, lines);

        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seen.Count} comments in {output}"));
        return 0;
    }

    static void Write(string path, int column, HashSet<string> seen, StreamWriter lines)
    {
        using var reader = new StreamReader(path);
        foreach (var row in Csv.Read(reader, path.EndsWith(".tsv", StringComparison.Ordinal) ? '\t' : ',').Skip(1))
        {
            if (row.Length <= column || string.IsNullOrWhiteSpace(row[column]) || !seen.Add(row[column]))
                continue;

            var item = new Dictionary<string, string>
            {
                ["id"] = string.Create(CultureInfo.InvariantCulture, $"c{seen.Count}"),
                ["text"] = row[column],
            };
            lines.WriteLine(JsonSerializer.Serialize(item, WireJson.Default.DictionaryStringString));
        }
    }
}
