using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace SkillAi.Queue.Transport.Hosting;

/// <summary>Reads settings; a value of another kind than the setting's is refused like one that is out of range, with a
/// sentence, where the framework would end the program with its own call stack.</summary>
static partial class SettingsBinding
{
    /// <exception cref="OptionsValidationException">A value is not of the setting's type.</exception>
    public static void Read<TOptions>(IConfiguration section, TOptions options)
        where TOptions : class
    {
        try
        {
            section.Bind(options);
        }
        catch (InvalidOperationException wrong)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(TOptions), [Describe(wrong.Message, typeof(TOptions))]);
        }
    }

    static string Describe(string message, Type options)
    {
        var match = Conversion().Match(message);
        if (!match.Success)
            return message;

        var setting = match.Groups["setting"].Value;
        var type = options.GetProperty(setting[(setting.LastIndexOf(':') + 1)..])?.PropertyType;
        return $"{setting} is '{match.Groups["value"].Value}'; it must be {Kind(type)}.";
    }

    static string Kind(Type? type)
    {
        type = type is null ? null : Nullable.GetUnderlyingType(type) ?? type;
        return type switch
        {
            { IsEnum: true } => $"one of {string.Join(", ", Enum.GetNames(type))}",
            _ when type == typeof(bool) => "true or false",
            _ when type == typeof(TimeSpan) => "a time, hours:minutes:seconds",
            _ => "a number",
        };
    }

    [GeneratedRegex("value '(?<value>.*)' at '(?<setting>.*)' to type", RegexOptions.ExplicitCapture | RegexOptions.Singleline, 1000)]
    private static partial Regex Conversion();
}
