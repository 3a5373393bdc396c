using System.ComponentModel.DataAnnotations;

namespace SkillAi.Queue.Contracts;

/// <summary>Bounds of a setting, with a message that names it. The generator of validators puts a copy into the place of
/// <see cref="RangeAttribute"/> that forgets the message; this one it leaves alone.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SettingRangeAttribute : RangeAttribute
{
    public SettingRangeAttribute(int minimum, int maximum)
        : base(minimum, maximum)
    {
    }

    public SettingRangeAttribute(double minimum, double maximum)
        : base(minimum, maximum)
    {
    }

    public SettingRangeAttribute(Type type, string minimum, string maximum)
        : base(type, minimum, maximum) => ParseLimitsInInvariantCulture = true;
}
