using System.Runtime.CompilerServices;

namespace AsyncOpt.Core.Programs;

/// <summary>
/// An immutable description of the messages of one kind: the vectors they carry and the bytes on the wire. One kind
/// belongs to one method, which declares it with <see cref="Layout.Messages"/>; its number is its rank by name within
/// the method, the same in every process. Messages that carry numbers, too, are of a <see cref="MessageKind{TBody}"/>.
/// </summary>
public class MessageKind
{
    /// <summary>The most vectors one message carries.</summary>
    public const int VectorsMax = 4;

    /// <summary>The most bytes that the body of a message takes.</summary>
    public const int BodyBytesMax = 8 * MessageBody.Words;

    const int Unbound = -1;
    int _number = Unbound;

    /// <summary>Describes a kind of message.</summary>
    /// <param name="name">Its name, unique within the method.</param>
    /// <param name="vectors">The dimensions of the vectors it carries, at most four.</param>
    public MessageKind(string name, params Dim[] vectors)
    {
        if (vectors.Length > VectorsMax)
        {
            throw new ArgumentException(
                $"message kind '{name}' carries {vectors.Length} vectors, at most {VectorsMax}");
        }
        (Name, Vectors, VectorCount) = (name, vectors, vectors.Length);
    }

    /// <summary>The name, unique within the method.</summary>
    public string Name { get; }

    /// <summary>The dimensions of the vectors it carries.</summary>
    public IReadOnlyList<Dim> Vectors { get; }

    internal int VectorCount { get; }

    /// <summary>Whether one vector, or none, is all it carries.</summary>
    internal bool IsPlain => BodyBytes == 0 && VectorCount <= 1;

    /// <summary>The bytes that the body takes; 0 for none.</summary>
    public int BodyBytes { get; private protected init; }

    /// <summary>How many words of the body enter the hash of a message.</summary>
    internal int BodyWords => (BodyBytes + sizeof(ulong) - 1) / sizeof(ulong);

    /// <summary>Why its body cannot be sent; null where it can.</summary>
    internal virtual string? BodyViolation => null;

    /// <summary>What a message carries, as text: two builds that say the same understand each other.</summary>
    internal string Format => $"{Name}[{string.Join(", ", Vectors)}]{BodyText}";

    private protected virtual string BodyText => "";

    /// <summary>
    /// Bytes on the wire, whatever a message carries; by default the vectors at the run's float width, or as much as
    /// their codecs say, and those of the body.
    /// </summary>
    public long? Bytes { get; init; }

    /// <summary>
    /// Whether the vectors are gradients or other changes, which add up at the receiver: what one message leaves out, a
    /// later one can make good. The experiment file may have such messages compressed.
    /// </summary>
    public bool IsChange { get; init; }

    /// <summary>Whether a vector may be a range of one of the declared dimension.</summary>
    public bool TakesFragments { get; init; }

    /// <summary>The rank by name within the method; bound when the method is laid out.</summary>
    public int Number => _number != Unbound
        ? _number
        : throw new InvalidOperationException(
            $"message kind '{Name}' is used but not declared with layout.Messages(...)");

    internal void Bind(int number)
    {
        // Two runs of one method bind the same number, so a race between them is harmless.
        if (_number != Unbound && _number != number)
            throw new InvalidOperationException($"message kind '{Name}' is declared by two methods; give each its own");
        _number = number;
    }

    /// <inheritdoc />
    public override string ToString() => Name;
}

/// <summary>
/// The description of messages that carry a body beside their vectors: a few numbers, with names and types of their
/// own. A body goes as it lies in memory, and silos, logs and checkpoints of a build that lays it out otherwise are
/// refused.
/// </summary>
/// <typeparam name="TBody">
/// A structure of numbers and enumerations, without references, addresses and arrays, of at most
/// <see cref="MessageKind.BodyBytesMax"/> bytes; or one number. Holes between its fields are 0 at the receiver.
/// </typeparam>
public sealed class MessageKind<TBody> : MessageKind
    where TBody : unmanaged
{
    /// <summary>Describes a kind of message.</summary>
    /// <param name="name">Its name, unique within the method.</param>
    /// <param name="vectors">The dimensions of the vectors it carries, at most four.</param>
    public MessageKind(string name, params Dim[] vectors) : base(name, vectors) =>
        BodyBytes = Unsafe.SizeOf<TBody>();

    /// <summary>A message of this kind with a body; its vectors are given beside it: <c>With(b) with { ... }</c>.
    /// </summary>
    public Message With(scoped in TBody body) => new(this) { Body = MessageBody.Of(in body), HasBody = true };

    internal override string? BodyViolation => BodyLayout<TBody>.Violation;

    private protected override string BodyText => BodyLayout<TBody>.Text;
}

/// <summary>What is sent: a kind of message, its vectors, and its body, if it has one.</summary>
/// <param name="kind">Its kind; messages with a body come from <see cref="MessageKind{TBody}.With"/>.</param>
public readonly ref struct Message(MessageKind kind)
{
    /// <summary>Its kind.</summary>
    public MessageKind Kind { get; } = kind;

    /// <summary>The first vector.</summary>
    public Snapshot Vector { get; init; }

    /// <summary>The second vector.</summary>
    public Snapshot Vector1 { get; init; }

    /// <summary>The third vector.</summary>
    public Snapshot Vector2 { get; init; }

    /// <summary>The fourth vector.</summary>
    public Snapshot Vector3 { get; init; }

    internal MessageBody Body { get; init; }

    internal bool HasBody { get; init; }
}
