namespace AsyncOpt.Core.Programs;

/// <summary>A message, as its receiver's handler sees it.</summary>
public readonly struct Received
{
    /// <summary>Who sent it.</summary>
    public Peer Sender { get; init; }

    /// <summary>Its kind.</summary>
    public required MessageKind Kind { get; init; }

    /// <summary>The first (often the only) vector it carries; valid until the handler returns.</summary>
    public Snapshot Vector { get; init; }

    /// <summary>The second vector it carries.</summary>
    public Snapshot Vector1 { get; init; }

    /// <summary>The third vector it carries.</summary>
    public Snapshot Vector2 { get; init; }

    /// <summary>The fourth vector it carries.</summary>
    public Snapshot Vector3 { get; init; }

    /// <summary>Where its first vector comes from.</summary>
    public Origin Origin { get; init; }

    /// <summary>The version it carries; -1 when none.</summary>
    public long Version => Origin.Version;

    internal MessageBody Contents { get; init; }

    /// <summary>The vector of a rank, from 0.</summary>
    internal Snapshot VectorAt(int rank) => rank switch
    {
        0 => Vector,
        1 => Vector1,
        2 => Vector2,
        _ => Vector3,
    };

    /// <summary>The body it carries.</summary>
    /// <param name="kind">Its kind.</param>
    /// <exception cref="InvalidOperationException">It is of another kind.</exception>
    public TBody Body<TBody>(MessageKind<TBody> kind)
        where TBody : unmanaged => ReferenceEquals(kind, Kind)
            ? Contents.To<TBody>()
            : throw new InvalidOperationException(
                $"a handler reads the body of '{kind}' in a message '{Kind}': ask for Kind first");
}

/// <summary>The end of a computation, its results committed to the outputs named in the request.</summary>
public readonly struct Computed
{
    /// <summary>Its rank among the agent's computations.</summary>
    public ComputationId Id { get; init; }

    /// <summary>What was computed.</summary>
    public required Oracle Oracle { get; init; }

    /// <summary>Where the oldest versioned input came from, carried on to now.</summary>
    public Origin Origin { get; init; }

    /// <summary>The first scalar result.</summary>
    public double Scalar { get; init; }

    /// <summary>The second scalar result.</summary>
    public double Scalar1 { get; init; }

    /// <summary>The version of the oldest versioned input; -1 when none had one.</summary>
    public long Version => Origin.Version;
}

/// <summary>A timer of the agent that went off.</summary>
/// <param name="Id">Which.</param>
/// <param name="Tag">The number given when it was set.</param>
public readonly record struct TimerFired(TimerId Id, int Tag);

/// <summary>A token arrived at a place.</summary>
/// <param name="Place">Where it is now.</param>
/// <param name="From">Where it came from.</param>
/// <param name="Lost">The move was dropped on its way: the token is still at <paramref name="From"/>.</param>
public readonly record struct Arrived(int Place, int From, bool Lost);
