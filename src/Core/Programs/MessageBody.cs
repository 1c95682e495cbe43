using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using AsyncOpt.Core.Numerics;

namespace AsyncOpt.Core.Programs;

/// <summary>The body of a message, of whatever type: what no field fills is 0.</summary>
[InlineArray(Words)]
struct MessageBody : IEquatable<MessageBody>
{
    /// <summary>How many words of 64 bits there are.</summary>
    public const int Words = 4;

    ulong _word;

    /// <summary>Packs a body. Holes between its fields may contain anything, so they are cleared.</summary>
    public static MessageBody Of<TBody>(in TBody body)
        where TBody : unmanaged
    {
        var packed = default(MessageBody);
        MemoryMarshal.Write(MemoryMarshal.AsBytes((Span<ulong>)packed), in body);
        for (var i = 0; i < Words; i++)
            packed[i] &= BodyLayout<TBody>.Mask[i];
        return packed;
    }

    /// <summary>The body of given words.</summary>
    public static MessageBody OfWords(params ReadOnlySpan<ulong> words)
    {
        var body = default(MessageBody);
        words.CopyTo(body);
        return body;
    }

    /// <summary>What was packed.</summary>
    public readonly TBody To<TBody>()
        where TBody : unmanaged =>
        MemoryMarshal.Read<TBody>(MemoryMarshal.AsBytes((ReadOnlySpan<ulong>)this));

    /// <inheritdoc/>
    public readonly bool Equals(MessageBody other) =>
        ((ReadOnlySpan<ulong>)this).SequenceEqual((ReadOnlySpan<ulong>)other);

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is MessageBody other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() =>
        (int)VectorHash.OfBytes(MemoryMarshal.AsBytes((ReadOnlySpan<ulong>)this), 0);

    /// <summary>Chains what a kind of message fills to a hash.</summary>
    public readonly ulong Chain(ulong hash, MessageKind kind)
    {
        for (var i = 0; i < kind.BodyWords; i++)
            hash = VectorHash.Chain(hash, this[i]);
        return hash;
    }
}

/// <summary>How the fields of a type of bodies lie in memory.</summary>
static class BodyLayout<TBody>
    where TBody : unmanaged
{
    /// <summary>Why no message can carry it; null where messages can.</summary>
    public static readonly string? Violation = ViolationOf();

    /// <summary>The bits that its fields fill.</summary>
    public static readonly MessageBody Mask = MaskOf();

    /// <summary>Names and types of the fields, in their order.</summary>
    public static readonly string Text = TextOf(typeof(TBody));

    static string? ViolationOf()
    {
        var size = Unsafe.SizeOf<TBody>();
        if (size > MessageKind.BodyBytesMax)
            return $"takes {size} bytes, and messages have room for {MessageKind.BodyBytesMax}: send a vector";
        return Find(typeof(TBody), IsAddress) is { } address
            ? $"has a field of type {address.Name}, an address, which says nothing elsewhere"
            : Find(typeof(TBody), IsArray) is not null ? "has an array as a field: name its elements" : null;
    }

    static MessageBody MaskOf()
    {
        var mask = default(MessageBody);
        if (Violation is null)
            MemoryMarshal.Write(MemoryMarshal.AsBytes((Span<ulong>)mask), (TBody)Filled(typeof(TBody)));
        return mask;
    }

    // An instance with all bits of all fields set: the others are holes.
    static object Filled(Type type)
    {
        if (IsNumber(type))
        {
            var one = Array.CreateInstance(type, 1);
            MemoryMarshal.CreateSpan(ref MemoryMarshal.GetArrayDataReference(one), Buffer.ByteLength(one))
                .Fill(byte.MaxValue);
            return one.GetValue(0)!;
        }
        var filled = RuntimeHelpers.GetUninitializedObject(type);
        foreach (var field in FieldsOf(type))
            field.SetValue(filled, Filled(field.FieldType));
        return filled;
    }

    static string TextOf(Type type) => IsNumber(type)
        ? type.Name
        : $"({string.Join(", ", FieldsOf(type).Select(field => $"{NameOf(field)} {TextOf(field.FieldType)}"))})";

    // A property's own field is called <Name>k__BackingField.
    static string NameOf(FieldInfo field) => field.Name.Split('<', '>') is [_, var property, _] ? property : field.Name;

    static Type? Find(Type type, Predicate<Type> match) => match(type)
        ? type
        : IsNumber(type)
            ? null
            : FieldsOf(type).Select(f => Find(f.FieldType, match)).FirstOrDefault(t => t is not null);

    static bool IsNumber(Type type) => type.IsPrimitive || type.IsEnum;

    static bool IsAddress(Type type) => type.IsPointer || type.IsFunctionPointer || type == typeof(nint)
        || type == typeof(nuint);

    // Arrays within a structure show their first element only.
    static bool IsArray(Type type) => type.IsDefined(typeof(InlineArrayAttribute), inherit: false)
        || type.IsDefined(typeof(UnsafeValueTypeAttribute), inherit: false);

    static FieldInfo[] FieldsOf(Type type) =>
        type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);
}
