using System.CommandLine;
using System.Globalization;

namespace SkillAi.Queue.Client.Commands;

delegate bool TryParse<T>(string text, out T value);

/// <summary>Options that say what they expect, where the framework would name a type of the program.</summary>
public static class OptionValues
{
    /// <summary>A whole number of a range.</summary>
    public static Option<int> Between(this Option<int> option, int least, int most) => option.Accepting(
        $"a number from {least} to {most}",
        (string text, out int value) =>
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value)
            && value >= least && value <= most);

    /// <summary>An instant of time.</summary>
    internal static Option<DateTimeOffset?> AsInstant(this Option<DateTimeOffset?> option) => option.Accepting(
        "an instant such as 2026-01-31T12:00:00Z",
        (string text, out DateTimeOffset? value) =>
        {
            var isInstant = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out var instant);
            value = instant;
            return isInstant;
        });

    /// <summary>One of a few names.</summary>
    internal static Option<T> AsChoice<T>(this Option<T> option, params T[] values)
        where T : struct, Enum => option.Choosing(values, value => value);

    internal static Option<T?> AsChoice<T>(this Option<T?> option, params T[] values)
        where T : struct, Enum => option.Choosing(values, value => value);

    static Option<TOption> Choosing<TOption, T>(this Option<TOption> option, T[] values, Func<T, TOption> wrap)
        where T : struct, Enum
    {
        option.HelpName = string.Join('|', values.Select(Name));
        return option.Accepting(
            $"one of {string.Join(", ", values.Select(Name))}",
            (string text, out TOption value) =>
            {
                var index = Array.FindIndex(values, one => Name(one).Equals(text, StringComparison.OrdinalIgnoreCase));
                value = wrap(values[Math.Max(0, index)]);
                return index >= 0;
            });
    }

    static Option<T> Accepting<T>(this Option<T> option, string expected, TryParse<T> parse)
    {
        option.CustomParser = argument =>
        {
            var text = argument.Tokens.Single().Value;
            if (parse(text, out var value))
                return value;

            argument.AddError($"{option.Name} is '{text}'; it must be {expected}.");
            return default;
        };
        return option;
    }

    static string Name<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
