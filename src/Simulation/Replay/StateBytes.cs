using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using AsyncOpt.Core.Programs;

namespace AsyncOpt.Simulation.Replay;

/// <summary>
/// Which bytes of a state struct belong to a field. The others, padding, mean nothing: a copy of a struct may leave
/// anything in them.
/// </summary>
static class StateBytes
{
    const byte Used = 0xFF;

    // Each question to the runtime compiles a method.
    static readonly ConcurrentDictionary<Type, byte[]> Known = new();

    /// <summary>For each byte of the state of a role's agents: 255 if it belongs to a field, else 0.</summary>
    public static byte[] Of(RoleProgram program)
    {
        var type = program.GetType();
        while (!type.IsGenericType || type.GetGenericTypeDefinition() != typeof(RoleProgram<>))
            type = type.BaseType!;
        return OfType(type.GetGenericArguments()[0]);
    }

    /// <summary>The same for any unmanaged struct.</summary>
    public static byte[] OfType(Type type) => Known.GetOrAdd(type, static type =>
    {
        var used = new byte[SizeOf(type)];
        Mark(type, used);
        // A struct without fields has one byte, which is nobody's.
        return used;
    });

    static void Mark(Type type, Span<byte> used)
    {
        var isLeaf = type.IsPrimitive || type.IsEnum || type.IsPointer || type.IsFunctionPointer;
        if (isLeaf || HasRepeatedField(type))
        {
            used.Fill(Used);
            return;
        }
        foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            Mark(field.FieldType, used.Slice(OffsetOf(type, field), SizeOf(field.FieldType)));
    }

    // Their elements lie behind the one field that reflection shows.
    static bool HasRepeatedField(Type type) =>
        type.IsDefined(typeof(InlineArrayAttribute)) || type.IsDefined(typeof(UnsafeValueTypeAttribute));

    static int SizeOf(Type type) => Evaluate(il => il.Emit(OpCodes.Sizeof, type));

    // Where the field lies is known to the runtime alone: the difference of two addresses.
    static int OffsetOf(Type type, FieldInfo field) => Evaluate(il =>
    {
        var instance = il.DeclareLocal(type);
        il.Emit(OpCodes.Ldloca, instance);
        il.Emit(OpCodes.Ldflda, field);
        il.Emit(OpCodes.Conv_U);
        il.Emit(OpCodes.Ldloca, instance);
        il.Emit(OpCodes.Conv_U);
        il.Emit(OpCodes.Sub);
        il.Emit(OpCodes.Conv_I4);
    });

    static int Evaluate(Action<ILGenerator> body)
    {
        var method = new DynamicMethod("", typeof(int), null, typeof(StateBytes).Module, skipVisibility: true);
        body(method.GetILGenerator());
        method.GetILGenerator().Emit(OpCodes.Ret);
        return method.CreateDelegate<Func<int>>()();
    }
}
