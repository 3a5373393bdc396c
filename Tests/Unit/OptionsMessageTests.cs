using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Options;
using SkillAi.Queue.Producer.Intake;
using SkillAi.Queue.Transport.Redis;
using SkillAi.Queue.Worker.Hosting;

namespace SkillAi.Queue.Tests.Unit;

/// <summary>A value that cannot be used is refused in a sentence that names the whole setting.</summary>
public sealed class OptionsMessageTests
{
    public static TheoryData<Type, string> Checked() =>
    [
        .. from assembly in new[] { typeof(RequestStore).Assembly, typeof(GroupCommit).Assembly, typeof(WorkerOptions).Assembly }
           from type in assembly.GetTypes()
           where type.Name.EndsWith("Options", StringComparison.Ordinal) && type is { IsClass: true, IsAbstract: false, IsNested: false }
           from property in type.GetProperties()
           where property.GetCustomAttributes<ValidationAttribute>().Any()
           select new TheoryDataRow<Type, string>(type, property.Name),
    ];

    [Theory]
    [MemberData(nameof(Checked))]
    public void A_refusal_names_the_setting(Type type, string property)
    {
        var member = type.GetProperty(property)!;
        var validator = Activator.CreateInstance(type.Assembly.GetTypes().Single(
            candidate => candidate.IsAssignableTo(typeof(IValidateOptions<>).MakeGenericType(type))), nonPublic: true)!;
        foreach (var rule in member.GetCustomAttributes<ValidationAttribute>())
        {
            var options = Activator.CreateInstance(type)!;
            member.SetValue(options, Unusable(rule, member));

            var refused = (ValidateOptionsResult)validator.GetType().GetMethod("Validate")!.Invoke(validator, [null, options])!;

            Assert.True(refused.Failed);
            Assert.Contains(
                refused.Failures!,
                failure => failure.Contains(ConfigurationTableTests.Name(type, member), StringComparison.Ordinal)
                    && failure.EndsWith(rule.ErrorMessage!, StringComparison.Ordinal));
        }
    }

    static object? Unusable(ValidationAttribute rule, PropertyInfo member) => rule switch
    {
        RangeAttribute { OperandType: var type } range when type == typeof(TimeSpan) =>
            TimeSpan.Parse((string)range.Minimum, CultureInfo.InvariantCulture) - TimeSpan.FromTicks(1),
        RangeAttribute range => TypeDescriptor.GetConverter(Underlying(member)).ConvertFromInvariantString(
            (Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture) - 1).ToString(CultureInfo.InvariantCulture)),
        EnumDataTypeAttribute => Enum.ToObject(Underlying(member), 99),
        RegularExpressionAttribute => "not this",
        RequiredAttribute or StringLengthAttribute => "",
        _ => throw new NotSupportedException($"Say here which value {rule.GetType().Name} refuses."),
    };

    static Type Underlying(PropertyInfo member) => Nullable.GetUnderlyingType(member.PropertyType) ?? member.PropertyType;
}
