using System.Numerics;

namespace AsyncOpt.Grains.Live.Agents;

/// <summary>
/// A snapshot of a vector on a live host: immutable from its making on, so that agents of one process share it without
/// a copy. What it rests on stands beside it, in virtual ns.
/// </summary>
abstract class LiveVector
{
    /// <summary>The version given when it was taken; -1 for none.</summary>
    public required long Version { get; init; }

    /// <summary>When that version was born.</summary>
    public required long Birth { get; init; }

    /// <summary>ns computed since.</summary>
    public required long Compute { get; init; }

    /// <summary>ns on the wire since.</summary>
    public required long Wire { get; init; }

    /// <summary>
    /// Bytes on the wire where a codec or a fragment makes them others than those of the vector that the kind of
    /// message declares; null elsewhere.
    /// </summary>
    public int? WireBytes { get; init; }

    /// <summary>The number of coordinates.</summary>
    public abstract int Dimension { get; }
}

/// <summary>A snapshot at the run's float width.</summary>
/// <param name="data">The coordinates; nobody writes them any more.</param>
sealed class LiveVector<T>(T[] data) : LiveVector
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The coordinates.</summary>
    public T[] Data { get; } = data;

    public override int Dimension => Data.Length;
}
