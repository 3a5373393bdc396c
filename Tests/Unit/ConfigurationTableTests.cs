using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using SkillAi.Queue.Producer.Intake;
using SkillAi.Queue.Tests.EndToEnd;
using SkillAi.Queue.Transport.Redis;
using SkillAi.Queue.Worker.Hosting;

namespace SkillAi.Queue.Tests.Unit;

/// <summary>docs/configuration.md lists every setting with the default that the code has.</summary>
public sealed partial class ConfigurationTableTests
{
    static readonly Dictionary<string, string> Documented = Rows()
        .Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "configuration.md")))
        .ToDictionary(row => row.Groups["setting"].Value, row => row.Groups["default"].Value.Trim().Trim((char)96));

    // These are read without an options class.
    static readonly string[] Loose = ["Urls", "AllowedHosts", "ExecutionProvider"];

    [Fact]
    public void Every_setting_is_in_the_table_with_its_default()
    {
        var missing = Settings().Where(setting => !Documented.TryGetValue(setting.Key, out var text)
            || (setting.Value is { } value && value != text));

        Assert.Equal([], missing.Select(setting => $"{setting.Key} = {setting.Value}"));
    }

    [Fact]
    public void The_table_lists_no_setting_that_is_gone() =>
        Assert.Equal([], Documented.Keys.Except(Settings().Select(setting => setting.Key)).Except(Loose));

    static IEnumerable<KeyValuePair<string, string?>> Settings() =>
        from assembly in new[] { typeof(RequestStore).Assembly, typeof(GroupCommit).Assembly, typeof(WorkerOptions).Assembly }
        from type in assembly.GetTypes()
        where type.Name.EndsWith("Options", StringComparison.Ordinal) && type is { IsClass: true, IsAbstract: false, IsNested: false }
        let defaults = Activator.CreateInstance(type)
        from property in type.GetProperties()
        where property.CanWrite
        select new KeyValuePair<string, string?>(Name(type, property), Default(property, defaults));

    public static string Name(Type type, PropertyInfo property) => (type.Name, property.Name) switch
    {
        ("RedisOptions", "ConnectionString") => "ConnectionStrings:Redis",
        ("RabbitMqOptions", "Url") => "ConnectionStrings:RabbitMq",
        ("ModelOptions", _) => $"Models:{property.Name}",
        _ => $"{type.Name[..^"Options".Length]}:{property.Name}",
    };

    /// <summary>As it would be configured; null where the API's and the worker's own default differ.</summary>
    static string? Default(PropertyInfo property, object? defaults) => property.GetValue(defaults) switch
    {
        _ when property is { Name: "Path", DeclaringType.Name: "ModelsOptions" } => null,
        null or "" => "-",
        bool value => value ? "true" : "false",
        TimeSpan value => value.ToString("g", CultureInfo.InvariantCulture) is var text && text.StartsWith("0:", StringComparison.Ordinal) ? "0" + text : text,
        Enum value => value.ToString().ToLowerInvariant(),
        var value => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    [GeneratedRegex(@"^\| `(?<setting>[\w:]+)` \| (?<default>[^|]+) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Rows();
}
