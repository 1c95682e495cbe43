namespace AsyncOpt.Core.Programs;

/// <summary>
/// An immutable description of the messages of one kind: the vectors they carry, up to four scalars, and the bytes on
/// the wire. One kind belongs to one method, which declares it with <see cref="Layout.Messages"/>; its number is its
/// rank by name within the method, the same in every process.
/// </summary>
public sealed class MessageKind
{
    /// <summary>The most vectors one message carries.</summary>
    public const int VectorsMax = 4;

    /// <summary>The most scalars one message carries.</summary>
    public const int ScalarsMax = 4;

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
    internal bool IsPlain => Scalars == 0 && VectorCount <= 1;

    /// <summary>How many scalars it carries, 0 to 4.</summary>
    public int Scalars { get; init; }

    /// <summary>
    /// Bytes on the wire, whatever a message carries; by default the vectors at the run's float width, or as much as
    /// their codecs say, and 8 bytes a scalar.
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

/// <summary>What a message carries where one vector is not all.</summary>
/// <param name="kind">Its kind.</param>
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

    /// <summary>The first scalar.</summary>
    public double Scalar { get; init; }

    /// <summary>The second scalar.</summary>
    public double Scalar1 { get; init; }

    /// <summary>The third scalar.</summary>
    public double Scalar2 { get; init; }

    /// <summary>The fourth scalar.</summary>
    public double Scalar3 { get; init; }
}
