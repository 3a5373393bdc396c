using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;

namespace SkillAi.Queue.Tests.Architecture;

/// <summary>Lists what a type's compiled code touches: declared types, and every member that an instruction names.</summary>
static class IlReader
{
    const BindingFlags Everything =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    public static IEnumerable<Type> TypesUsedBy(Type type)
    {
        var declared = type.GetFields(Everything).Select(field => field.FieldType)
            .Concat(type.GetInterfaces())
            .Append(type.BaseType ?? typeof(object));
        var methods = type.GetMethods(Everything).Cast<MethodBase>().Concat(type.GetConstructors(Everything));
        return declared.Concat(methods.SelectMany(TypesUsedBy)).SelectMany(Parts).Distinct();
    }

    static IEnumerable<Type> TypesUsedBy(MethodBase method)
    {
        foreach (var parameter in method.GetParameters())
            yield return parameter.ParameterType;

        if (method is MethodInfo { ReturnType: var result })
            yield return result;

        if (method.GetMethodBody() is not { } body)
            yield break;

        foreach (var local in body.LocalVariables)
            yield return local.LocalType;

        foreach (var token in Tokens(body.GetILAsByteArray()!))
        {
            var member = method.Module.ResolveMember(
                token, method.DeclaringType!.GetGenericArguments(), method.IsGenericMethod ? method.GetGenericArguments() : []);
            if ((member as Type ?? member?.DeclaringType) is { } touched)
                yield return touched;
        }
    }

    static IEnumerable<int> Tokens(byte[] il)
    {
        for (var at = 0; at < il.Length;)
        {
            var code = il[at] == 0xFE ? OpCodesByValue[unchecked((short)(0xFE00 | il[at + 1]))] : OpCodesByValue[il[at]];
            at += code.Size;
            if (code.OperandType is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType
                or OperandType.InlineTok)
            {
                yield return BinaryPrimitives.ReadInt32LittleEndian(il.AsSpan(at));
            }

            at += Size(code.OperandType, il.AsSpan(at));
        }
    }

    static int Size(OperandType type, ReadOnlySpan<byte> operand) => type switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BinaryPrimitives.ReadInt32LittleEndian(operand)),
        _ => 4,
    };

    // A list of loggers touches loggers.
    static IEnumerable<Type> Parts(Type type) =>
        type.HasElementType ? Parts(type.GetElementType()!)
        : type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type)
        : [type];
}
