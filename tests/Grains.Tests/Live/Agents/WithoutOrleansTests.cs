using System.Reflection;
using System.Reflection.Emit;
using AsyncOpt.Grains.Live.Agents;

namespace AsyncOpt.Grains.Tests.Live.Agents;

/// <summary>The folder of live agents uses no type of Orleans: another transport could carry them.</summary>
public class WithoutOrleansTests
{
    const BindingFlags Declared = BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static
        | BindingFlags.Public | BindingFlags.NonPublic;

    static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes).GetFields()
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    [Fact]
    public void Live_agents_use_no_type_of_Orleans()
    {
        var types = TypesBelow("AsyncOpt.Grains.Live.Agents");

        Assert.Contains(typeof(LiveAgent), types);
        Assert.Empty(types.SelectMany(OrleansTypesOf).Distinct());
    }

    [Fact]
    public void The_grains_beside_them_do() =>
        Assert.Contains(TypesBelow("AsyncOpt.Grains.Live"), type => OrleansTypesOf(type).Any());

    // Nested types, those of the compiler among them, have their parent's namespace.
    static List<Type> TypesBelow(string place) =>
        [.. typeof(LiveAgent).Assembly.GetTypes().Where(type => type.Namespace == place)];

    static IEnumerable<string> OrleansTypesOf(Type type) =>
        from used in Used(type).SelectMany(Parts)
        where used.Assembly.GetName().Name!.Contains("Orleans", StringComparison.Ordinal)
        select $"{type.Name}: {used.FullName}";

    static IEnumerable<Type?> Used(Type type) =>
    [
        type.BaseType,
        .. type.GetInterfaces(),
        .. type.GetCustomAttributesData().Select(a => a.AttributeType),
        .. type.GetFields(Declared).SelectMany(f => Used(f).Append(f.FieldType)),
        .. type.GetProperties(Declared).SelectMany(Used),
        .. type.GetMethods(Declared).SelectMany(m => Used((MethodBase)m).Append(m.ReturnType)),
        .. type.GetConstructors(Declared).SelectMany(m => Used((MethodBase)m)),
    ];

    static IEnumerable<Type> Used(MemberInfo member) => member.GetCustomAttributesData().Select(a => a.AttributeType);

    static IEnumerable<Type?> Used(MethodBase method) =>
    [
        .. Used((MemberInfo)method),
        .. method.GetParameters().Select(p => p.ParameterType),
        .. method.GetMethodBody()?.LocalVariables.Select(v => v.LocalType) ?? [],
        .. Mentioned(method).SelectMany(m => new[] { m as Type, m.DeclaringType, (m as FieldInfo)?.FieldType }),
    ];

    // What the method's code names: types, fields, methods.
    static IEnumerable<MemberInfo> Mentioned(MethodBase method)
    {
        var code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        var ofType = method.DeclaringType!.GetGenericArguments();
        var ofMethod = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (var at = 0; at < code.Length;)
        {
            var one = code[at] == 0xFE ? Codes[(short)((code[at++] << 8) | code[at++])] : Codes[code[at++]];
            if (one.OperandType is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok
                or OperandType.InlineType)
                yield return method.Module.ResolveMember(BitConverter.ToInt32(code, at), ofType, ofMethod)!;
            at += one.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(code, at),
                _ => 4,
            };
        }
    }

    static IEnumerable<Type> Parts(Type? type) => type is null ? []
        : type.HasElementType ? Parts(type.GetElementType())
        : type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Prepend(type)
        : [type];
}
